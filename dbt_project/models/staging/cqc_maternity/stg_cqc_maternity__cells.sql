{{ cqc_cells('cqc_maternity') }}
