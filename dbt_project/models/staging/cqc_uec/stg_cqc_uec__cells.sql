{{ cqc_cells('cqc_uec') }}
