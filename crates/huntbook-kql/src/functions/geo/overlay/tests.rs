//! Laws of set operations, over shapes that a simple generator makes.

use s2::point::Point;

use super::super::geojson::Geometry;
use super::super::shapes::{Polygon, Ring, any_contains};
use super::super::sphere::{Vertex, at_angle};
use super::{Operation, combine, intersect_with_polygons, union_lines, unite};

/// Numbers from 0 to 1 that look random.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        #[expect(clippy::cast_precision_loss, reason = "53 bits")]
        let part = (self.0 >> 11) as f64;
        part / (1_u64 << 53) as f64
    }

    /// A star-shaped polygon of about `size` radians around a place near `centre`.
    fn star(&mut self, centre: (f64, f64), size: f64) -> Polygon {
        let spread = size.to_degrees();
        let centre = Vertex::new(
            (centre.0 + spread * (self.next() - 0.5)).clamp(-180.0, 180.0),
            (centre.1 + spread * (self.next() - 0.5)).clamp(-90.0, 90.0),
        );
        let centre = centre.unwrap().point;
        let (ahead, count) = (centre.ortho(), 3 + (self.next() * 9.0) as usize);
        let left = centre.0.cross(&ahead.0);
        let vertices = (0..count)
            .map(|index| {
                let turn = std::f64::consts::TAU * index as f64 / count as f64;
                let towards = Point(ahead.0 * turn.cos() + left * turn.sin());
                let away = size * (0.3 + 0.7 * self.next());
                Vertex::of_point(at_angle(&centre, &towards, away))
            })
            .collect();
        Polygon { rings: vec![Ring::new(vertices)] }
    }
}

fn polygons(shapes: Vec<Geometry>) -> Vec<Polygon> {
    let rings = shapes.into_iter().filter_map(|shape| match shape {
        Geometry::Polygon(rings) => Some(rings),
        _ => None,
    });
    rings.map(|rings| Polygon { rings: rings.into_iter().map(Ring::new).collect() }).collect()
}

fn area(polygons: &[Polygon]) -> f64 {
    polygons.iter().map(Polygon::area).sum()
}

#[test]
fn union_and_intersection_have_together_the_area_of_both() {
    let mut numbers = Numbers(7);
    for (centre, size) in
        [((0.0, 0.0), 0.3), ((179.9, 10.0), 0.05), ((20.0, 89.9), 0.02), ((-74.0, 40.7), 1e-6)]
    {
        for round in 0..300 {
            let first = [numbers.star(centre, size)];
            let second = [numbers.star(centre, size)];
            let union = polygons(combine(&first, &second, Operation::Union).unwrap());
            let shared = polygons(combine(&first, &second, Operation::Intersection).unwrap());
            let (found, both) = (area(&union) + area(&shared), area(&first) + area(&second));
            assert!((found - both).abs() < 1e-7 * both, "{round} of {size}: {found} {both}");
            for _ in 0..20 {
                let place = Vertex::new(
                    (centre.0 + size.to_degrees() * (numbers.next() - 0.5)).clamp(-180.0, 180.0),
                    (centre.1 + size.to_degrees() * (numbers.next() - 0.5)).clamp(-90.0, 90.0),
                );
                let place = place.unwrap().point;
                let (one, other) = (any_contains(&first, &place), any_contains(&second, &place));
                assert_eq!(any_contains(&union, &place), one || other);
                assert_eq!(any_contains(&shared, &place), one && other);
            }
        }
    }
}

#[test]
fn many_polygons_unite_in_any_order() {
    let mut numbers = Numbers(3);
    for _ in 0..20 {
        let mut stars: Vec<Polygon> = (0..12).map(|_| numbers.star((10.0, 50.0), 0.01)).collect();
        let one = area(&unite(stars.clone()).unwrap());
        stars.reverse();
        let other = area(&unite(stars).unwrap());
        assert!((one - other).abs() < 1e-7 * one, "{one} {other}");
    }
}

#[test]
fn a_shape_with_itself_is_itself() {
    let mut numbers = Numbers(11);
    for _ in 0..100 {
        let star = [numbers.star((-74.0, 40.7), 0.001)];
        for operation in [Operation::Union, Operation::Intersection] {
            let same = polygons(combine(&star, &star, operation).unwrap());
            assert_eq!(same.len(), 1);
            assert_eq!(same[0].vertex_count(), star[0].vertex_count());
        }
    }
}

#[test]
fn what_lies_inside_becomes_a_hole_of_nothing_and_a_ring_around_a_gap_keeps_it() {
    let corner = |longitude, latitude| Vertex::new(longitude, latitude).unwrap();
    let square = |west: f64, south: f64, east: f64, north: f64| Polygon {
        rings: vec![Ring::new(vec![
            corner(west, south),
            corner(east, south),
            corner(east, north),
            corner(west, north),
        ])],
    };
    let (outer, inner) = (square(0.0, 0.0, 4.0, 4.0), square(1.0, 1.0, 2.0, 2.0));
    let union = unite(vec![outer.clone(), inner.clone()]).unwrap();
    assert!((area(&union) - outer.area()).abs() < 1e-12);
    // Four bars around a gap.
    let bars = vec![
        square(0.0, 0.0, 3.0, 1.0),
        square(2.0, 0.0, 3.0, 3.0),
        square(0.0, 2.0, 3.0, 3.0),
        square(0.0, 0.0, 1.0, 3.0),
    ];
    let frame = unite(bars).unwrap();
    assert_eq!((frame.len(), frame[0].rings.len()), (1, 2));
    assert!(!any_contains(&frame, &corner(1.5, 1.5).point));
    assert!(any_contains(&frame, &corner(0.5, 1.5).point));
    let line = vec![corner(-1.0, 1.5), corner(4.0, 1.5)];
    let inside = intersect_with_polygons(&[line], &frame).unwrap();
    assert_eq!(inside.len(), 2);
}

#[test]
fn lines_that_cross_stay_four_arms() {
    let corner = |longitude, latitude| Vertex::new(longitude, latitude).unwrap();
    let lines =
        [vec![corner(-1.0, 0.0), corner(1.0, 0.0)], vec![corner(0.0, -1.0), corner(0.0, 1.0)]];
    assert_eq!(union_lines(&lines).unwrap().len(), 4);
}
