"""Whether what registers say of money and of who answers adds up."""

from typing import ClassVar

from ics_insight.assurance.expectations.cases import CaseExpectation


class ExpectBenefitArithmeticToHold(CaseExpectation):
    """An amount that is said to be saved or gained is number × unit cost of a year × years, give or take `tolerance`, a share of
    it.

    `observed` is how many times as much is claimed. A claim without its parts is not applicable.
    """

    tolerance: float = 0.005

    says: ClassVar[str] = "An amount is number × unit cost of a year × years, give or take $tolerance of it."
    query: ClassVar[str] = """
        with claims as (
            select
                benefit.*, raw.identifier(benefit.claim_id) as key,
                round(benefit.amount / nullif(benefit.recomputed_amount, 0), 4) as times,
                coalesce(benefit.claimed_on, extract.period_start) as period_start,
                coalesce(benefit.claimed_on, extract.period_end) as period_end
            from {of} as benefit
            inner join ledger.extract as extract on benefit.extract_id = extract.extract_id
        )

        select
            case when recomputed_amount is null then 'not_applicable' else 'broken' end as status,
            'actions' as source, sender as organisation_code, null::text as measure_code, period_start, period_end,
            times as observed, {tolerance} as threshold, key
        from claims
        where recomputed_amount is null or abs(amount - recomputed_amount) > {tolerance} * abs(recomputed_amount)
    """


class ExpectOneOwnerForEachScope(CaseExpectation):
    """On the day of a directory exactly one role answers for each scope that it names, with somebody in it.

    Nobody does where the last owner's time ended or the post is vacant. Where no post was sent the role is taken to be held.
    """

    says: ClassVar[str] = "Exactly one role that is not vacant answers for each scope."
    query: ClassVar[str] = """
        with scopes as (
            select
                sender, scope, min(as_at) as as_at, (array_agg(organisation_code order by valid_from desc))[1] as organisation_code,
                count(*) filter (where is_current and post <> 'vacant') as owners,
                (array_agg(raw.identifier(responsibility_id) order by valid_from desc, responsibility_id))[1] as key
            from {of}
            where valid_from <= as_at
            group by sender, scope
        )

        select
            'broken' as status, 'responsibilities' as source, organisation_code, null::text as measure_code,
            as_at as period_start, as_at as period_end, owners as observed, 1 as threshold, sender || ' ' || key as key
        from scopes
        where owners <> 1
    """
