//! Which measures are read, and from which column of which file.

use std::collections::BTreeMap;

use super::{
    Row, Table,
    Table::{KeyMeasures, Months, Sources, Workforce},
};

/// How a measure is read from a row.
pub(super) struct Measure {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    pub(super) table: Table,
    pub(super) column: &'static str,
}

/// The measure of this name.
pub(super) fn find(id: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.id == id)
}

impl Measure {
    /// The figure in this row, where there is one.
    pub(super) fn of(&self, row: &Row) -> Option<f64> {
        self.in_cells(&row.cells)
    }

    /// The same, of a row's cells by column.
    pub(super) fn in_cells(&self, cells: &BTreeMap<String, f64>) -> Option<f64> {
        let value = *cells.get(self.column)?;
        match self.table {
            Table::Months => {
                let year = *cells.get("referrals")?;
                (year > 0.0).then(|| 100.0 * value / year)
            }
            Table::KeyMeasures | Table::Sources | Table::Workforce => Some(value),
        }
    }
}

const fn measure(
    table: Table,
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    column: &'static str,
) -> Measure {
    Measure { id, title, unit, table, column }
}

const PER_10K: &str = "per 10,000 children";
const OF_REFERRALS: &str = "per cent of referrals";
const PER_CENT: &str = "per cent";

/// Every measure, in the order of a case's way.
pub(super) const MEASURES: [Measure; 38] = [
    measure(KeyMeasures, "referrals_per_10k", "Referrals", PER_10K, "referrals_per_10k"),
    measure(
        Sources,
        "share_individual_pct",
        "Referrals from individuals",
        OF_REFERRALS,
        "individual_pct_derived",
    ),
    measure(Sources, "share_schools_pct", "Referrals from schools", OF_REFERRALS, "schools_pct_derived"),
    measure(
        Sources,
        "share_education_services_pct",
        "Referrals from education services",
        OF_REFERRALS,
        "education_services_pct_derived",
    ),
    measure(
        Sources,
        "share_health_pct",
        "Referrals from health services",
        OF_REFERRALS,
        "health_services_pct_derived",
    ),
    measure(Sources, "share_housing_pct", "Referrals from housing", OF_REFERRALS, "housing_pct_derived"),
    measure(
        Sources,
        "share_local_authority_pct",
        "Referrals from local authority services",
        OF_REFERRALS,
        "la_services_pct_derived",
    ),
    measure(Sources, "share_police_pct", "Referrals from police", OF_REFERRALS, "police_pct_derived"),
    measure(
        Sources,
        "share_other_legal_pct",
        "Referrals from other legal agencies",
        OF_REFERRALS,
        "other_legal_agency_pct_derived",
    ),
    measure(Sources, "share_other_pct", "Referrals from other sources", OF_REFERRALS, "other_pct_derived"),
    measure(Sources, "share_anonymous_pct", "Anonymous referrals", OF_REFERRALS, "anonymous_pct_derived"),
    measure(Sources, "share_unknown_pct", "Referrals of unknown source", OF_REFERRALS, "unknown_pct_derived"),
    measure(Months, "month_april_pct", "Referrals in April", OF_REFERRALS, "april"),
    measure(Months, "month_may_pct", "Referrals in May", OF_REFERRALS, "may"),
    measure(Months, "month_june_pct", "Referrals in June", OF_REFERRALS, "june"),
    measure(Months, "month_july_pct", "Referrals in July", OF_REFERRALS, "july"),
    measure(Months, "month_august_pct", "Referrals in August", OF_REFERRALS, "august"),
    measure(Months, "month_september_pct", "Referrals in September", OF_REFERRALS, "september"),
    measure(Months, "month_october_pct", "Referrals in October", OF_REFERRALS, "october"),
    measure(Months, "month_november_pct", "Referrals in November", OF_REFERRALS, "november"),
    measure(Months, "month_december_pct", "Referrals in December", OF_REFERRALS, "december"),
    measure(Months, "month_january_pct", "Referrals in January", OF_REFERRALS, "january"),
    measure(Months, "month_february_pct", "Referrals in February", OF_REFERRALS, "february"),
    measure(Months, "month_march_pct", "Referrals in March", OF_REFERRALS, "march"),
    measure(
        KeyMeasures,
        "re_referral_pct",
        "Referrals within twelve months of the last",
        OF_REFERRALS,
        "re_referral_pct",
    ),
    measure(
        KeyMeasures,
        "referral_nfa_pct",
        "Referrals closed without an assessment",
        OF_REFERRALS,
        "referral_nfa_pct",
    ),
    measure(
        KeyMeasures,
        "not_in_need_pct",
        "Referrals assessed and found not in need",
        OF_REFERRALS,
        "assessed_not_in_need_pct",
    ),
    measure(
        KeyMeasures,
        "assessments_in_45wd_pct",
        "Assessments completed within 45 working days",
        PER_CENT,
        "assessments_within_45wd_pct_derived",
    ),
    measure(KeyMeasures, "s47_per_10k", "Section 47 enquiries", PER_10K, "s47_per_10k"),
    measure(KeyMeasures, "icpc_per_10k", "Initial child protection conferences", PER_10K, "icpc_per_10k"),
    measure(
        KeyMeasures,
        "icpc_in_15wd_pct",
        "Initial conferences within 15 working days",
        PER_CENT,
        "icpc_within_15wd_pct_derived",
    ),
    measure(KeyMeasures, "cpp_per_10k", "Child protection plans begun", PER_10K, "cpp_starts_per_10k"),
    measure(
        KeyMeasures,
        "cpp_second_pct",
        "Plans that are a child's second or later",
        PER_CENT,
        "cpp_second_or_subsequent_pct",
    ),
    measure(KeyMeasures, "cin_at_31_march", "Children in need at 31 March", "children", "cin_at_31_march"),
    measure(KeyMeasures, "cin_at_31_march_per_10k", "Children in need at 31 March", PER_10K, "cin_per_10k"),
    measure(
        KeyMeasures,
        "cpp_at_31_march",
        "Children on a child protection plan at 31 March",
        "children",
        "cpp_at_31_march",
    ),
    measure(
        KeyMeasures,
        "cpp_at_31_march_per_10k",
        "Children on a child protection plan at 31 March",
        PER_10K,
        "cpp_per_10k",
    ),
    measure(
        Workforce,
        "caseload",
        "Children allocated to a social worker who holds cases, 30 September",
        "children per worker",
        "caseload_fte",
    ),
];
