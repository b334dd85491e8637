//! Three charts of bars in one picture.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::report::Report;
use crate::matching::report::Spread;

const SIZE: (u32, u32) = (1_280, 460);
const FONT: &str = "sans-serif";
/// Ours first. Told apart by people who do not see all colours, on white.
const COLORS: [RGBColor; 4] = [
    RGBColor(0, 114, 178),
    RGBColor(86, 180, 233),
    RGBColor(213, 94, 0),
    RGBColor(120, 120, 120),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A bar: what, and from where to where it was measured.
struct Bar {
    median: f64,
    min: f64,
    max: f64,
}

/// Bars side by side, with a name below.
struct Group {
    name: String,
    bars: Vec<Bar>,
}

struct Chart<'a> {
    caption: &'a str,
    unit: &'a str,
    /// What the bars of each group are.
    series: Vec<String>,
    groups: Vec<Group>,
}

/// Draws the report as SVG.
pub(crate) fn draw(report: &Report, path: &Path) -> Result<()> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(|error| anyhow!("{error}"))?;
    let (left, rest) = area.split_horizontally(580);
    let (middle, right) = rest.split_horizontally(330);
    simulation(report).draw(&left)?;
    pipeline(report).draw(&middle)?;
    schedulers(report).draw(&right)?;
    area.present().map_err(|error| anyhow!("{error}"))
}

fn in_millions(rate: &Spread) -> Bar {
    let of = |number: u64| number as f64 / 1e6;
    Bar {
        median: of(rate.median),
        min: of(rate.min),
        max: of(rate.max),
    }
}

fn simulation(report: &Report) -> Chart<'static> {
    let groups = report.simulation.iter().map(|row| {
        let parallel = row
            .parallel
            .iter()
            .map(|threads| &threads.trades_per_second);
        Group {
            name: row.flow.short_name(),
            bars: std::iter::once(&row.sequential)
                .chain(parallel)
                .map(in_millions)
                .collect(),
        }
    });
    let mut series = vec!["one after the other".to_owned()];
    let counts = report.simulation.iter().take(1);
    let counts = counts.flat_map(|row| &row.parallel);
    series.extend(counts.map(|threads| match threads.threads {
        1 => "1 thread".to_owned(),
        threads => format!("{threads} threads"),
    }));
    Chart {
        caption: "Simulated trades a second, by share on one pool",
        unit: "millions",
        series,
        groups: groups.collect(),
    }
}

fn pipeline(report: &Report) -> Chart<'static> {
    let groups = report.pipeline.iter().map(|row| Group {
        name: row.short_policy.to_owned(),
        bars: vec![in_millions(&row.trades_per_second)],
    });
    Chart {
        caption: "Trades a second end to end, by sync",
        unit: "millions",
        series: Vec::new(),
        groups: groups.collect(),
    }
}

fn schedulers(report: &Report) -> Chart<'static> {
    let most = report.schedulers.iter().map(|row| row.accounts).max();
    let rows: Vec<_> = report
        .schedulers
        .iter()
        .filter(|row| Some(row.accounts) == most)
        .collect();
    let mut chart = Chart {
        caption: "Scheduling a trade of 10 accounts",
        unit: "nanoseconds",
        series: Vec::new(),
        groups: Vec::new(),
    };
    for row in rows {
        let name = format!("{:?}", row.contention).to_lowercase();
        if chart.groups.last().is_none_or(|group| group.name != name) {
            chart.groups.push(Group {
                name,
                bars: Vec::new(),
            });
        }
        let bar = Bar {
            median: row.median_ns,
            min: row.min_ns,
            max: row.max_ns,
        };
        if let Some(group) = chart.groups.last_mut() {
            group.bars.push(bar);
        }
        let scheduler = row
            .scheduler
            .trim_start_matches("solana-")
            .trim_end_matches("-logic");
        if !chart.series.iter().any(|series| series == scheduler) {
            chart.series.push(scheduler.to_owned());
        }
    }
    chart
}

impl Chart<'_> {
    fn draw(&self, area: &Area<'_>) -> Result<()> {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        // One slow round must not flatten all else; whiskers beyond the top are cut.
        let room = if self.series.is_empty() { 1.3 } else { 1.6 };
        let highest = bars().map(|bar| bar.median).fold(f64::EPSILON, f64::max) * room;
        let most = highest * if self.series.is_empty() { 0.92 } else { 0.78 };
        let count = self.groups.len();
        let mut chart = ChartBuilder::on(area)
            .caption(self.caption, (FONT, 17))
            .margin(12)
            .x_label_area_size(32)
            .y_label_area_size(52)
            .build_cartesian_2d(-0.5..count as f64 - 0.5, 0.0..highest)?;
        let name = |at: &f64| {
            let is_centre = (at - at.round()).abs() < 0.01;
            let group = self.groups.get(at.round() as usize).filter(|_| is_centre);
            group.map_or(String::new(), |group| group.name.clone())
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(count * 2 + 1)
            .x_label_formatter(&name)
            .y_desc(self.unit)
            .label_style((FONT, 13))
            .light_line_style(TRANSPARENT)
            .draw()?;
        for (at, series) in self.series.iter().enumerate() {
            let color = COLORS[at % COLORS.len()];
            chart
                .draw_series(std::iter::once(Rectangle::new(
                    [(0.0, 0.0), (0.0, 0.0)],
                    color.filled(),
                )))?
                .label(series.as_str())
                .legend(move |(x, y)| {
                    Rectangle::new([(x, y - 5), (x + 12, y + 5)], color.filled())
                });
        }
        for (at, group) in self.groups.iter().enumerate() {
            let width = 0.8 / group.bars.len() as f64;
            for (place, bar) in group.bars.iter().enumerate() {
                let left = at as f64 - 0.4 + width * place as f64;
                let centre = left + width / 2.0;
                let color = if self.series.is_empty() {
                    COLORS[0]
                } else {
                    COLORS[place % COLORS.len()]
                };
                let corners = [(left + 0.02, 0.0), (left + width - 0.02, bar.median)];
                chart.draw_series([Rectangle::new(corners, color.filled())])?;
                let top = bar.max.min(most);
                let whisker = [(centre, bar.min), (centre, top)];
                chart.draw_series([PathElement::new(whisker, BLACK.stroke_width(1))])?;
                let style = TextStyle::from((FONT, 11).into_font())
                    .pos(Pos::new(HPos::Center, VPos::Bottom));
                let digits = if self.unit == "millions" { 2 } else { 0 };
                let text = format!("{:.digits$}", bar.median);
                chart.draw_series([Text::new(text, (centre, top + highest * 0.01), style)])?;
            }
        }
        if !self.series.is_empty() {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperRight)
                .background_style(WHITE.mix(0.9))
                .label_font((FONT, 12))
                .draw()?;
        }
        Ok(())
    }
}
