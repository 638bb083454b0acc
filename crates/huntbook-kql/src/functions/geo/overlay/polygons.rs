//! Unions and intersections of polygons.

use std::collections::{BTreeMap, HashMap};

use datafusion::common::Result;
use s2::point::Point;

use super::super::geojson::{self, Geometry};
use super::super::shapes::{Polygon, Ring, any_contains};
use super::super::sphere::{Vertex, interpolate};
use super::{Arrangement, Piece, arrange, chain};

/// What becomes of two areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Operation {
    Union,
    Intersection,
}

/// One side of a piece: whether it belongs to the first area, and to the second.
type Side = [bool; 2];

/// A piece of boundary between two nodes in ascending order.
#[derive(Debug)]
struct Border {
    left: Side,
    right: Side,
    /// The earliest edge that runs along it.
    edge: usize,
}

/// How often each area's boundary runs forward and backward along a piece, and its earliest edge.
type Run = ([[usize; 2]; 2], usize);

/// The union of areas that may overlap.
pub(in super::super) fn unite(polygons: Vec<Polygon>) -> Result<Vec<Polygon>> {
    // Two by two, the smallest first, each with the result of what went before.
    let mut queue: BTreeMap<(usize, usize), Vec<Polygon>> = BTreeMap::new();
    let mut number = 0;
    for polygon in polygons {
        queue.insert((polygon.vertex_count(), number), vec![polygon]);
        number += 1;
    }
    while queue.len() > 1 {
        let ((first_size, _), first) = queue.pop_first().expect("there are two");
        let ((second_size, _), second) = queue.pop_first().expect("there are two");
        let shapes = combine(&first, &second, Operation::Union)?;
        let rings = shapes.into_iter().filter_map(|shape| match shape {
            Geometry::Polygon(rings) => Some(rings),
            _ => None,
        });
        let union: Vec<Polygon> = rings
            .map(|rings| Polygon { rings: rings.into_iter().map(Ring::new).collect() })
            .collect();
        queue.insert((first_size + second_size, number), union);
        number += 1;
    }
    Ok(queue.into_values().next().unwrap_or_default())
}

/// The shapes that two areas make together. The polygons of one area may touch, but not overlap.
///
/// An intersection has the lines and points in which the areas merely touch.
pub(in super::super) fn combine(
    first: &[Polygon],
    second: &[Polygon],
    operation: Operation,
) -> Result<Vec<Geometry>> {
    let areas = [first, second];
    let mut edges = Vec::new();
    let mut owners = Vec::new();
    for (area, polygons) in areas.iter().enumerate() {
        for polygon in *polygons {
            for (index, ring) in polygon.rings.iter().enumerate() {
                let hole = polygon.is_hole(index);
                for (from, to) in ring.edges() {
                    edges.push(if hole { (to, from) } else { (from, to) });
                    owners.push(area);
                }
            }
        }
    }
    let arrangement = arrange(&edges)?;
    let borders = borders(&arrangement, &owners, areas);
    let inside = |side: Side| match operation {
        Operation::Union => side[0] || side[1],
        Operation::Intersection => side[0] && side[1],
    };
    let mut result = Vec::new();
    let mut contacts = Vec::new();
    for ((low, high), border) in &borders {
        let piece = Piece { from: *low, to: *high, edge: border.edge };
        match (inside(border.left), inside(border.right)) {
            (true, false) => result.push(piece),
            (false, true) => result.push(Piece { from: *high, to: *low, ..piece }),
            (false, false) if touches(border) => contacts.push(piece),
            _ => {}
        }
    }
    result.sort_by_key(|piece| (piece.edge, piece.from));
    let mut shapes = Vec::new();
    if operation == Operation::Intersection {
        let points = contact_points(&arrangement, &owners, &result, &contacts);
        shapes.extend(points.into_iter().map(Geometry::Point));
        let lines = chain(&arrangement.nodes, &contacts);
        shapes.extend(lines.into_iter().map(Geometry::Line));
    }
    let rings = link(&arrangement.nodes, &result);
    shapes.extend(nest(rings).into_iter().map(Geometry::Polygon));
    Ok(shapes)
}

/// Whether the areas lie on the two sides of the border, one on each.
fn touches(border: &Border) -> bool {
    (0..2).all(|area| border.left[area] != border.right[area])
}

fn borders(
    arrangement: &Arrangement,
    owners: &[usize],
    areas: [&[Polygon]; 2],
) -> BTreeMap<(usize, usize), Border> {
    let mut runs: BTreeMap<(usize, usize), Run> = BTreeMap::new();
    for piece in &arrangement.pieces {
        let (ends, forward) = piece.undirected();
        let (counts, edge) = runs.entry(ends).or_insert(([[0; 2]; 2], piece.edge));
        counts[owners[piece.edge]][usize::from(!forward)] += 1;
        *edge = piece.edge.min(*edge);
    }
    let side = |ends: (usize, usize), (counts, edge): Run| {
        let mut middle: Option<Point> = None;
        let mut border = Border { left: [false; 2], right: [false; 2], edge };
        for (area, polygons) in areas.iter().enumerate() {
            let [forward, backward] = counts[area];
            (border.left[area], border.right[area]) = match (forward > 0, backward > 0) {
                // Two polygons of one area touch here.
                (true, true) => (true, true),
                (false, false) => {
                    let middle = middle.get_or_insert_with(|| {
                        let (from, to) = (arrangement.nodes[ends.0], arrangement.nodes[ends.1]);
                        interpolate(&from.point, &to.point, 0.5)
                    });
                    let within = any_contains(polygons, middle);
                    (within, within)
                }
                sides => sides,
            };
        }
        border
    };
    runs.into_iter().map(|(ends, run)| (ends, side(ends, run))).collect()
}

/// The nodes where both boundaries meet outside of what the areas share otherwise.
fn contact_points(
    arrangement: &Arrangement,
    owners: &[usize],
    result: &[Piece],
    contacts: &[Piece],
) -> Vec<Vertex> {
    let mut met = vec![[false; 2]; arrangement.nodes.len()];
    for piece in &arrangement.pieces {
        met[piece.from][owners[piece.edge]] = true;
        met[piece.to][owners[piece.edge]] = true;
    }
    for piece in result.iter().chain(contacts) {
        met[piece.from] = [false; 2];
        met[piece.to] = [false; 2];
    }
    let both = met.iter().zip(&arrangement.nodes).filter(|(met, _)| **met == [true; 2]);
    both.map(|(_, vertex)| *vertex).collect()
}

/// Joins directed pieces to rings, turning left wherever there is a choice.
fn link(nodes: &[Vertex], pieces: &[Piece]) -> Vec<Vec<Vertex>> {
    let mut leaving: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        leaving.entry(piece.from).or_default().push(index);
    }
    let mut used = vec![false; pieces.len()];
    let mut rings = Vec::new();
    for start in 0..pieces.len() {
        let (mut ring, mut next) = (Vec::new(), Some(start));
        while let Some(index) = next.filter(|index| !used[*index]) {
            used[index] = true;
            ring.push(pieces[index]);
            let (back, at) = (&nodes[pieces[index].from], &nodes[pieces[index].to]);
            let ways = leaving.get(&pieces[index].to).into_iter().flatten().copied();
            let free = ways.filter(|way| !used[*way] || *way == start);
            next = free.min_by(|one, other| {
                let turn =
                    |way: usize| clockwise(&at.point, &back.point, &nodes[pieces[way].to].point);
                turn(*one).total_cmp(&turn(*other))
            });
        }
        // A ring that does not close is an artefact of rounding.
        if ring.len() >= 3 && ring.last().map(|piece| piece.to) == Some(ring[0].from) {
            rotate(&mut ring);
            rings.push(ring.iter().map(|piece| nodes[piece.from]).collect());
        }
    }
    rings
}

/// The clockwise angle at `at` from the direction of `back` to that of `to`, above 0 and up to 2π.
fn clockwise(at: &Point, back: &Point, to: &Point) -> f64 {
    let ahead = back.0 - at.0 * back.0.dot(&at.0);
    let side = at.0.cross(&ahead);
    let away = to.0 - at.0;
    let turned = (-away.dot(&side).atan2(away.dot(&ahead))).rem_euclid(std::f64::consts::TAU);
    if turned == 0.0 { std::f64::consts::TAU } else { turned }
}

/// Puts the piece of the latest edge last, so that a ring begins where its first edge did.
fn rotate(ring: &mut [Piece]) {
    let (mut last, mut gap) = (0, false);
    for index in 1..ring.len() {
        match ring[index].edge.cmp(&ring[last].edge) {
            std::cmp::Ordering::Less => gap = true,
            std::cmp::Ordering::Equal if gap => {}
            _ => (last, gap) = (index, false),
        }
    }
    ring.rotate_left((last + 1) % ring.len());
}

/// Sorts rings with their region on the left into polygons: a shell with its holes.
fn nest(rings: Vec<Vec<Vertex>>) -> Vec<Vec<Vec<Vertex>>> {
    let half = std::f64::consts::TAU;
    let (shells, holes): (Vec<Ring>, Vec<Ring>) =
        rings.into_iter().map(Ring::directed).partition(|ring| ring.area() <= half);
    let mut polygons: Vec<Vec<Vec<Vertex>>> =
        shells.iter().map(|shell| vec![shell.vertices.clone()]).collect();
    for hole in holes {
        // The smallest shell around a vertex that it does not share.
        let within = |shell: &Ring| {
            let free = hole.vertices.iter().find(|one| !shell.vertices.contains(one));
            free.is_some_and(|vertex| shell.contains(&vertex.point))
        };
        let around = shells.iter().enumerate().filter(|(_, shell)| within(shell));
        let smallest = around.min_by(|(_, one), (_, other)| one.area().total_cmp(&other.area()));
        if let Some((index, _)) = smallest {
            polygons[index].push(hole.vertices);
        }
    }
    polygons
}

/// The polygons as GeoJSON.
pub(in super::super) fn to_geojson(polygons: &[Polygon]) -> String {
    let shapes: Vec<Geometry> = polygons
        .iter()
        .map(|polygon| {
            let ring = |(index, ring): (usize, &Ring)| {
                let mut vertices = ring.vertices.clone();
                if polygon.is_hole(index) {
                    vertices.reverse();
                }
                vertices
            };
            Geometry::Polygon(polygon.rings.iter().enumerate().map(ring).collect())
        })
        .collect();
    geojson::geometries(&shapes).to_string()
}
