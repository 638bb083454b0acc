//! Lines and polygons on the sphere: what they contain, how large they are.

use s2::edge_crossings::EdgeCrosser;
use s2::edge_crossings::angle_contains_vertex;
use s2::point::{Point, true_centroid};
use s2::predicates::{Direction, robust_sign};

use super::geojson::Line;
use super::sphere::{Vertex, angle, distance_to_edge, triangle_area};

/// A polygon: what an odd number of its rings contain.
#[derive(Debug, Clone)]
pub(super) struct Polygon {
    pub(super) rings: Vec<Ring>,
}

/// A closed ring, counterclockwise around the smaller of the two regions that it divides the sphere into.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    /// Each vertex once.
    pub(super) vertices: Vec<Vertex>,
    /// Whether the point that containment is counted from lies inside.
    origin_inside: bool,
    /// All vertices lie within this distance of the centre, given as a cosine; so does the region.
    centre: Point,
    reach: f64,
}

impl Ring {
    /// The ring of at least three distinct vertices.
    pub(super) fn new(mut vertices: Vec<Vertex>) -> Self {
        if left_area(&vertices) > 2.0 * std::f64::consts::PI {
            vertices.reverse();
        }
        Self::directed(vertices)
    }

    /// The ring with its region on the left, whichever is smaller.
    pub(super) fn directed(vertices: Vec<Vertex>) -> Self {
        let sum = vertices.iter().skip(1).fold(vertices[0].point.0, |sum, one| sum + one.point.0);
        let centre = if sum.norm() > 1e-9 { Point(sum.normalize()) } else { Point::origin() };
        let reach = vertices.iter().map(|one| centre.0.dot(&one.point.0)).fold(1.0, f64::min);
        // A cap of more than half the sphere is not convex, and bounds nothing.
        let reach = if reach > 0.0 { reach - 1e-13 } else { -2.0 };
        let mut ring = Self { vertices, origin_inside: false, centre, reach };
        let [before, at, behind] = [0, 1, 2].map(|index| ring.vertices[index].point);
        let inside = angle_contains_vertex(&before, &at, &behind);
        ring.origin_inside = inside != ring.crosses_oddly(&at);
        ring
    }

    fn crosses_oddly(&self, point: &Point) -> bool {
        let mut crosser = EdgeCrosser::new_with_c(
            &Point::origin(),
            point,
            &self.vertices[self.vertices.len() - 1].point,
        );
        self.vertices
            .iter()
            .fold(false, |odd, vertex| odd ^ crosser.chain_edge_or_vertex_crossing(&vertex.point))
    }

    pub(super) fn contains(&self, point: &Point) -> bool {
        self.centre.0.dot(&point.0) >= self.reach && self.origin_inside != self.crosses_oddly(point)
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
        let next = self.vertices.iter().cycle().skip(1);
        self.vertices.iter().zip(next).map(|(from, to)| (*from, *to))
    }

    /// The area on the left in steradians.
    pub(super) fn area(&self) -> f64 {
        left_area(&self.vertices)
    }

    /// The integral of position over the region.
    fn moment(&self) -> Point {
        let first = self.vertices[0].point;
        let zero = Point(first.0 * 0.0);
        self.vertices[1..].windows(2).fold(zero, |sum, edge| {
            if robust_sign(&first, &edge[0].point, &edge[1].point) == Direction::Indeterminate {
                return sum;
            }
            sum + true_centroid(&first, &edge[0].point, &edge[1].point)
        })
    }
}

/// The area to the left of a ring in steradians, 0 to 4π.
fn left_area(vertices: &[Vertex]) -> f64 {
    let full = 4.0 * std::f64::consts::PI;
    let first = vertices[0].point;
    if vertices.iter().all(|vertex| first.0.dot(&vertex.point.0) > 0.5) {
        let fan = vertices[1..].windows(2);
        let area: f64 = fan.map(|edge| triangle_area(&first, &edge[0].point, &edge[1].point)).sum();
        return if area < 0.0 { full + area } else { area };
    }
    let count = vertices.len();
    let turns: f64 = (0..count)
        .map(|index| {
            let [a, b, c] = [index, index + 1, index + 2].map(|at| vertices[at % count].point);
            turn(&a, &b, &c)
        })
        .sum();
    (2.0 * std::f64::consts::PI - turns).rem_euclid(full)
}

/// The angle by which a path turns left at `b`.
fn turn(a: &Point, b: &Point, c: &Point) -> f64 {
    let angle = a.cross(b).0.angle(&b.cross(c).0).rad();
    if robust_sign(a, b, c) == Direction::Clockwise { -angle } else { angle }
}

impl Polygon {
    pub(super) fn contains(&self, point: &Point) -> bool {
        self.rings.iter().fold(false, |inside, ring| inside ^ ring.contains(point))
    }

    pub(super) fn vertex_count(&self) -> usize {
        self.rings.iter().map(|ring| ring.vertices.len()).sum()
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
        self.rings.iter().flat_map(Ring::edges)
    }

    /// Whether a ring lies in an odd number of the others, so that it bounds a hole.
    pub(super) fn is_hole(&self, index: usize) -> bool {
        let others = self.rings.iter().enumerate().filter(|(other, _)| *other != index);
        let within = |ring: &Ring| {
            // A vertex may be shared; the first one that is not decides.
            let ours = &self.rings[index].vertices;
            let free = ours.iter().find(|one| !ring.vertices.contains(one)).unwrap_or(&ours[0]);
            ring.contains(&free.point)
        };
        others.filter(|(_, ring)| within(ring)).count() % 2 == 1
    }

    /// The area in steradians.
    pub(super) fn area(&self) -> f64 {
        let signed = |(index, ring): (usize, &Ring)| {
            if self.is_hole(index) { -ring.area() } else { ring.area() }
        };
        self.rings.iter().enumerate().map(signed).sum()
    }

    pub(super) fn moment(&self) -> Point {
        let zero = Point(Point::origin().0 * 0.0);
        self.rings.iter().enumerate().fold(zero, |sum, (index, ring)| {
            if self.is_hole(index) { sum - ring.moment() } else { sum + ring.moment() }
        })
    }
}

/// Whether any of the polygons contains the point.
pub(super) fn any_contains(polygons: &[Polygon], point: &Point) -> bool {
    polygons.iter().any(|polygon| polygon.contains(point))
}

/// The edges of lines.
pub(super) fn line_edges(lines: &[Line]) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
    lines.iter().flat_map(|line| line.windows(2).map(|edge| (edge[0], edge[1])))
}

/// The length of edges in radians.
pub(super) fn length(edges: impl Iterator<Item = (Vertex, Vertex)>) -> f64 {
    edges.map(|(from, to)| angle(&from.point, &to.point)).sum()
}

/// The distance from a point to the nearest edge in radians.
pub(super) fn distance(point: &Point, edges: impl Iterator<Item = (Vertex, Vertex)>) -> f64 {
    edges
        .map(|(from, to)| distance_to_edge(point, &from.point, &to.point))
        .fold(f64::INFINITY, f64::min)
}
