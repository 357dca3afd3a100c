//! A drawing of what was measured.

use std::path::PathBuf;

use plotters::prelude::*;

use super::fit::{Fit, Point};
use crate::program::Broken;

/// Draws the points and the fitted curves, one for each number of feeds, and names the file.
pub(super) fn draw(points: &[Point], fit: &Fit) -> Result<PathBuf, Broken> {
    let place = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/evidence"));
    std::fs::create_dir_all(&place)?;
    let path = place.canonicalize()?.join("one-change.svg");
    chart(&path, points, fit).map_err(|error| Broken(format!("{}: {error}", path.display())))?;
    Ok(path)
}

fn chart(path: &PathBuf, points: &[Point], fit: &Fit) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (720, 480)).into_drawing_area();
    area.fill(&WHITE)?;
    let differ = points.iter().map(|point| point.differ).max().unwrap_or(1);
    let bytes = points.iter().map(|point| point.bytes).max().unwrap_or(1);
    let lowest = points.iter().map(|point| point.bytes).min().unwrap_or(1);
    let mut chart = ChartBuilder::on(&area)
        .caption("Bytes to find d feeds that differ", ("sans-serif", 20))
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(72)
        .build_cartesian_2d(
            (1.0..differ as f64 * 1.2).log_scale(),
            (lowest as f64 * 0.7..bytes as f64 * 1.4).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_desc("feeds that differ")
        .y_desc("bytes, both ways")
        .draw()?;
    let mut counts: Vec<usize> = points.iter().map(|point| point.feeds).collect();
    counts.dedup();
    for (number, feeds) in counts.into_iter().enumerate() {
        let color = Palette99::pick(number).to_rgba();
        let of = points.iter().filter(|point| point.feeds == feeds);
        let last = of.clone().map(|point| point.differ).max().unwrap_or(1);
        let curve = (0..=60).map(|step| {
            let differ = (last as f64).powf(f64::from(step) / 60.0);
            (differ, fit.at(feeds, differ))
        });
        chart
            .draw_series(LineSeries::new(curve, color.stroke_width(2)))?
            .label(format!("{feeds} feeds"))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color));
        chart.draw_series(of.map(|point| {
            Circle::new((point.differ as f64, point.bytes as f64), 4, color.filled())
        }))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()?;
    area.present()?;
    Ok(())
}
