"""Running the pipeline: its steps, its assets, and Airflow on one machine."""
