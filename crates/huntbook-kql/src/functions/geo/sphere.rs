//! Points and edges on the sphere: angles, distances, the boxes that edges lie in.

use s2::edge_crossings::robust_cross_prod;
use s2::latlng::LatLng;
use s2::point::Point;

/// The radius of the Earth in metres.
pub(super) const RADIUS: f64 = 6_371_010.0;

/// What lies closer than this, in radians, is one point.
pub(super) const MERGE: f64 = 2e-15;

/// A point with the degrees that it was made of, so that these come out as they went in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vertex {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
    pub(super) point: Point,
}

impl PartialEq for Vertex {
    fn eq(&self, other: &Self) -> bool {
        self.point.0 == other.point.0
    }
}

impl Vertex {
    /// The point at these degrees; `None` out of range or not a number.
    pub(super) fn new(longitude: f64, latitude: f64) -> Option<Self> {
        let valid = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
        valid.then(|| Self {
            longitude,
            latitude,
            point: Point::from(LatLng::from_degrees(latitude, longitude)),
        })
    }

    pub(super) fn of_point(point: Point) -> Self {
        let degrees = LatLng::from(&point);
        Self { longitude: degrees.lng.deg(), latitude: degrees.lat.deg(), point }
    }

    /// The bits of the point, equal for equal points.
    pub(super) fn key(&self) -> [u64; 3] {
        // Adding zero turns -0 into 0.
        [self.point.0.x, self.point.0.y, self.point.0.z].map(|part| (part + 0.0).to_bits())
    }
}

/// The angle between two points in radians.
pub(super) fn angle(a: &Point, b: &Point) -> f64 {
    a.0.angle(&b.0).rad()
}

pub(super) fn is_antipodal(a: &Point, b: &Point) -> bool {
    (a.0 + b.0).norm() < 1e-14
}

/// The point at a fraction of the way from `a` to `b`.
pub(super) fn interpolate(a: &Point, b: &Point, fraction: f64) -> Point {
    at_angle(a, b, angle(a, b) * fraction)
}

/// The point at `radians` from `a` towards `b`.
pub(super) fn at_angle(a: &Point, b: &Point, radians: f64) -> Point {
    let tangent = robust_cross_prod(a, b).0.cross(&a.0);
    let length = tangent.norm();
    if length == 0.0 {
        return *a;
    }
    Point((a.0 * radians.cos() + tangent * (radians.sin() / length)).normalize())
}

/// The point of edge `a`, `b` that is closest to `point`.
pub(super) fn closest(point: &Point, a: &Point, b: &Point) -> Point {
    if let Some(foot) = foot(point, a, b) {
        return foot;
    }
    if (point.0 - a.0).norm2() <= (point.0 - b.0).norm2() { *a } else { *b }
}

/// Where the perpendicular from `point` meets the edge, if it does so between the ends.
fn foot(point: &Point, a: &Point, b: &Point) -> Option<Point> {
    if a.0 == b.0 {
        return None;
    }
    let normal = robust_cross_prod(a, b).0.normalize();
    let inside = normal.cross(&a.0).dot(&point.0) > 0.0 && b.0.cross(&normal).dot(&point.0) > 0.0;
    let projected = point.0 - normal * point.0.dot(&normal);
    (inside && projected.norm2() > 0.0).then(|| Point(projected.normalize()))
}

/// The distance from a point to an edge in radians.
pub(super) fn distance_to_edge(point: &Point, a: &Point, b: &Point) -> f64 {
    if a.0 != b.0 {
        let normal = robust_cross_prod(a, b).0.normalize();
        if normal.cross(&a.0).dot(&point.0) > 0.0 && b.0.cross(&normal).dot(&point.0) > 0.0 {
            // The point relative to the nearer end loses no digits when it is close.
            let end = if (point.0 - a.0).norm2() <= (point.0 - b.0).norm2() { a } else { b };
            return (point.0 - end.0).dot(&normal).abs().min(1.0).asin();
        }
    }
    angle(point, a).min(angle(point, b))
}

/// The distance between two edges that do not cross, in radians.
pub(super) fn edge_distance(a: &Point, b: &Point, c: &Point, d: &Point) -> f64 {
    let one = distance_to_edge(a, c, d).min(distance_to_edge(b, c, d));
    one.min(distance_to_edge(c, a, b)).min(distance_to_edge(d, a, b))
}

/// The signed area of a triangle in steradians, positive where it runs counterclockwise.
pub(super) fn triangle_area(a: &Point, b: &Point, c: &Point) -> f64 {
    let volume = (b.0 - a.0).cross(&(c.0 - a.0)).dot(&a.0);
    let denominator = 1.0 + a.0.dot(&b.0) + b.0.dot(&c.0) + c.0.dot(&a.0);
    2.0 * volume.atan2(denominator)
}

/// A box around an edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) low: [f64; 3],
    pub(super) high: [f64; 3],
}

impl Bounds {
    pub(super) fn of_edge(a: &Point, b: &Point) -> Self {
        let middle = (a.0 + b.0).normalize();
        // No point of the edge is farther from its middle than half its length.
        let reach = angle(a, b) / 2.0 + 1e-14;
        let axes = [middle.x, middle.y, middle.z];
        Self { low: axes.map(|axis| axis - reach), high: axes.map(|axis| axis + reach) }
    }

    pub(super) fn touches(&self, other: &Self) -> bool {
        (0..3).all(|axis| self.low[axis] <= other.high[axis] && other.low[axis] <= self.high[axis])
    }
}

/// Calls `visit` with the positions of each two boxes that touch, the lower position first, until it gives
/// false. Gives `None` where more than `budget` pairs had to be looked at.
pub(super) fn touching(
    boxes: &[Bounds],
    budget: usize,
    mut visit: impl FnMut(usize, usize) -> bool,
) -> Option<()> {
    // The axis along which the boxes lie farthest apart leaves the fewest pairs.
    let spread = |axis: usize| {
        let low = boxes.iter().map(|one| one.low[axis]).fold(f64::INFINITY, f64::min);
        boxes.iter().map(|one| one.low[axis]).fold(f64::NEG_INFINITY, f64::max) - low
    };
    let axis = (0..3).max_by(|one, other| spread(*one).total_cmp(&spread(*other))).unwrap_or(0);
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by(|one, other| boxes[*one].low[axis].total_cmp(&boxes[*other].low[axis]));
    let mut left = budget;
    for (position, &one) in order.iter().enumerate() {
        for &other in &order[position + 1..] {
            if boxes[other].low[axis] > boxes[one].high[axis] {
                break;
            }
            left = left.checked_sub(1)?;
            if boxes[one].touches(&boxes[other]) && !visit(one.min(other), one.max(other)) {
                return Some(());
            }
        }
    }
    Some(())
}
