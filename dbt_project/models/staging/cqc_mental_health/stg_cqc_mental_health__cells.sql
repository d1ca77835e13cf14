{{ cqc_cells('cqc_mental_health') }}
