{{ cqc_cells('cqc_inpatient') }}
