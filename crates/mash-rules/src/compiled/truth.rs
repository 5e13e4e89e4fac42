//! What an expression comes to in one row, and the gates over several of them.

use crate::program::Cell;

/// What an expression comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    NotKnown,
    /// The interpreter tells.
    Ask,
}

impl From<Cell> for Truth {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::True => Truth::True,
            Cell::False => Truth::False,
            Cell::NotKnown(_) => Truth::NotKnown,
            Cell::Ask => Truth::Ask,
        }
    }
}

/// `&&` settles at false, `||` at true. No operand is taken after the one that settles it.
pub(super) fn listed(operands: impl Iterator<Item = Truth>, settles_at: bool, forgiving: bool) -> Truth {
    let (settling, otherwise) =
        if settles_at { (Truth::True, Truth::False) } else { (Truth::False, Truth::True) };
    let mut open = false;
    for truth in operands {
        match truth {
            _ if truth == settling => return truth,
            Truth::True | Truth::False => {}
            Truth::NotKnown => open = true,
            Truth::Ask if open && forgiving => {}
            Truth::Ask => return Truth::Ask,
        }
    }
    if open { Truth::NotKnown } else { otherwise }
}

/// `at_least`. No operand is taken after the one that settles it.
pub(super) fn counted(
    wanted: i64,
    mut operands: impl ExactSizeIterator<Item = Truth>,
    forgiving: bool,
) -> Truth {
    let mut left = i64::try_from(operands.len()).unwrap_or(i64::MAX);
    let (mut holding, mut open): (i64, i64) = (0, 0);
    while holding < wanted && holding + open + left >= wanted {
        let Some(truth) = operands.next() else { break };
        left -= 1;
        match truth {
            Truth::True => holding += 1,
            Truth::False => {}
            Truth::NotKnown => open += 1,
            Truth::Ask if open > 0 && forgiving => open += 1,
            Truth::Ask => return Truth::Ask,
        }
    }
    if holding >= wanted {
        Truth::True
    } else if holding + open + left < wanted || open == 0 {
        Truth::False
    } else {
        Truth::NotKnown
    }
}
