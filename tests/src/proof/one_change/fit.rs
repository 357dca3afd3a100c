//! A curve through what was measured, by least squares.

/// What one comparison took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) feeds: usize,
    pub(super) differ: usize,
    pub(super) bytes: u64,
}

/// `constant + each d + each_level d log16(n / d)`: d paths of a tree with sixteen children each, whose upper levels they
/// share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) constant: f64,
    pub(super) each: f64,
    pub(super) each_level: f64,
    /// The share of the variance that it explains.
    pub(super) r2: f64,
}

fn terms(feeds: usize, d: f64) -> [f64; 3] {
    let n = feeds as f64;
    [1.0, d, d * (n / d).ln() / 16_f64.ln()]
}

impl Fit {
    /// Weighted so that each point counts by how far off it is for its size.
    pub(super) fn of(points: &[Point]) -> Self {
        let mut normal = [[0.0; 4]; 3];
        for point in points {
            let terms = terms(point.feeds, point.differ as f64);
            let bytes = point.bytes as f64;
            let weight = 1.0 / (bytes * bytes).max(1.0);
            for (row, term) in normal.iter_mut().zip(terms) {
                for (cell, other) in row.iter_mut().zip(terms.into_iter().chain([bytes])) {
                    *cell += weight * term * other;
                }
            }
        }
        let [constant, each, each_level] = solve(normal);
        let mut fit = Self {
            constant,
            each,
            each_level,
            r2: 0.0,
        };
        // Of the logarithms: else the largest alone would count.
        let measured: Vec<f64> = points
            .iter()
            .map(|point| (point.bytes as f64).max(1.0).ln())
            .collect();
        let mean = measured.iter().sum::<f64>() / measured.len() as f64;
        let total: f64 = measured.iter().map(|value| (value - mean).powi(2)).sum();
        let rest: f64 = points
            .iter()
            .zip(&measured)
            .map(|(point, value)| {
                (fit.at(point.feeds, point.differ as f64).max(1.0).ln() - value).powi(2)
            })
            .sum();
        fit.r2 = 1.0 - rest / total;
        fit
    }

    pub(super) fn at(&self, feeds: usize, differ: f64) -> f64 {
        let [one, d, levels] = terms(feeds, differ);
        self.constant * one + self.each * d + self.each_level * levels
    }
}

/// Three equations with three unknowns, by elimination.
fn solve(mut rows: [[f64; 4]; 3]) -> [f64; 3] {
    for pivot in 0..3 {
        let best =
            (pivot..3).max_by(|a, b| rows[*a][pivot].abs().total_cmp(&rows[*b][pivot].abs()));
        rows.swap(pivot, best.unwrap_or(pivot));
        let head = rows[pivot];
        for (place, row) in rows.iter_mut().enumerate() {
            if place != pivot && head[pivot] != 0.0 {
                let factor = row[pivot] / head[pivot];
                for (cell, above) in row.iter_mut().zip(head) {
                    *cell -= factor * above;
                }
            }
        }
    }
    [0, 1, 2].map(|place| rows[place][3] / rows[place][place])
}
