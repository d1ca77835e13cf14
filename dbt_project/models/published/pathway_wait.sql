-- Where on a pathway a wait is lived, so that it stands beside what people said there.
select * from {{ ref('bridge_pathway_wait') }}
