use serde_json::json;

use crate::Row;
use crate::machine::Machine;

/// Prints the rows for people: one table, then what has to be known about them.
pub fn print(rows: &[Row], machine: &Machine) {
    let head = Row::COLUMNS.map(str::to_owned);
    let lines: Vec<_> = std::iter::once(head)
        .chain(rows.iter().map(Row::cells))
        .collect();
    let width = |column: usize| {
        let widths = lines.iter().map(|cells| cells[column].chars().count());
        widths.max().unwrap_or_default()
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    for (number, cells) in lines.iter().enumerate() {
        let cells: Vec<_> = std::iter::zip(cells, widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        println!("{}", cells.join(" | ").trim_end());
        if number == 0 {
            println!("{}", widths.map(|width| "-".repeat(width)).join("-|-"));
        }
    }
    println!("\n{machine}");
    for footnote in rows.iter().filter_map(Row::footnote) {
        println!("{footnote}");
    }
}

/// `{"cores":2,"load_average":{"before":[…],"after":[…]},"rows":[{"name":…,"unit":"ms","p50":…,"p99":…,"n":…,"baseline":…,"goal":…,"reached":…,"note":…}]}`.
pub fn print_json(rows: &[Row], machine: &Machine) {
    let rows: Vec<_> = rows.iter().map(Row::to_json).collect();
    let all = json!({
        "cores": machine.cores,
        "load_average": {"before": machine.before, "after": machine.after},
        "rows": rows,
    });
    println!("{all:#}");
}
