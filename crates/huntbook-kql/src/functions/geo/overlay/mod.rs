//! Set operations on shapes.
//!
//! All edges are cut where they meet ([`arrange`]); each piece is then looked at alone: what lies to the left
//! and to the right of it ([`polygons`]), or which lines run along it ([`lines`]).

mod lines;
mod polygons;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use datafusion::common::{DataFusionError, Result};
use s2::edge_crossings::{Crossing, crossing_sign, get_intersection};
use s2::point::Point;

use super::sphere::{Bounds, MERGE, Vertex, angle, closest, touching};

pub(super) use lines::{intersect_lines, intersect_with_polygons, union_lines};
pub(super) use polygons::{Operation, combine, to_geojson, unite};

/// How many edges the shapes of one operation may have.
const MOST_EDGES: usize = 20_000;

/// How many pairs of edges are looked at, and into how many pieces they may fall.
const MOST_PAIRS: usize = 50_000_000;
const MOST_PIECES: usize = 200_000;

/// A part of an edge between two nodes, in the direction of the edge.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: usize,
    to: usize,
    /// The position of the edge.
    edge: usize,
}

impl Piece {
    /// The ends in ascending order, and whether that is the direction.
    fn undirected(&self) -> ((usize, usize), bool) {
        ((self.from.min(self.to), self.from.max(self.to)), self.from < self.to)
    }
}

/// Edges cut into pieces that meet at nodes only.
#[derive(Debug)]
struct Arrangement {
    nodes: Vec<Vertex>,
    /// In the order of the edges and along each of them.
    pieces: Vec<Piece>,
}

/// The error for shapes that are too large to compute with.
fn too_large(edges: usize) -> DataFusionError {
    DataFusionError::Execution(format!(
        "geospatial shapes with {edges} edges are more than the {MOST_EDGES} edges, or meet in more \
         places, than one operation takes: simplify them first"
    ))
}

fn arrange(edges: &[(Vertex, Vertex)]) -> Result<Arrangement> {
    if edges.len() > MOST_EDGES {
        return Err(too_large(edges.len()));
    }
    let boxes: Vec<Bounds> =
        edges.iter().map(|(from, to)| Bounds::of_edge(&from.point, &to.point)).collect();
    let mut cuts: Vec<Vec<Vertex>> = vec![Vec::new(); edges.len()];
    let mut count = 0;
    let looked = touching(&boxes, MOST_PAIRS, |one, other| {
        count += cut(edges, one, other, &mut cuts);
        count < MOST_PIECES
    });
    if looked.is_none() || count >= MOST_PIECES {
        return Err(too_large(edges.len()));
    }
    let mut nodes = Nodes::default();
    let mut pieces = Vec::with_capacity(edges.len() + count);
    // The vertices come first: what is cut close to one falls into it.
    for (from, to) in edges {
        nodes.of(from);
        nodes.of(to);
    }
    for (edge, ((start, end), cuts)) in edges.iter().zip(&mut cuts).enumerate() {
        let along = |vertex: &Vertex| (vertex.point.0 - start.point.0).norm2();
        cuts.sort_by(|one, other| along(one).total_cmp(&along(other)));
        let mut from = nodes.of(start);
        for vertex in cuts.iter().chain([end]) {
            let to = nodes.of(vertex);
            if from != to {
                pieces.push(Piece { from, to, edge });
            }
            from = to;
        }
    }
    Ok(Arrangement { nodes: nodes.vertices, pieces })
}

/// Notes where two edges cut each other; the number of cuts.
fn cut(edges: &[(Vertex, Vertex)], one: usize, other: usize, cuts: &mut [Vec<Vertex>]) -> usize {
    let ((a, b), (c, d)) = (edges[one], edges[other]);
    let (mut meet, mut count) = (a == c || a == d || b == c || b == d, 0);
    for (vertex, edge, (from, to)) in
        [(c, one, (a, b)), (d, one, (a, b)), (a, other, (c, d)), (b, other, (c, d))]
    {
        if vertex != from && vertex != to && is_on(&vertex.point, &from.point, &to.point) {
            cuts[edge].push(vertex);
            (meet, count) = (true, count + 1);
        }
    }
    let crossing = crossing_sign(&a.point, &b.point, &c.point, &d.point);
    if !meet && crossing == Crossing::Cross {
        let place = get_intersection(&a.point, &b.point, &c.point, &d.point);
        let place = Vertex::of_point(place);
        cuts[one].push(place);
        cuts[other].push(place);
        count += 2;
    }
    count
}

fn is_on(point: &Point, from: &Point, to: &Point) -> bool {
    angle(point, &closest(point, from, to)) < MERGE
}

/// The distinct points, those closer than [`MERGE`] as one.
#[derive(Debug, Default)]
struct Nodes {
    vertices: Vec<Vertex>,
    /// The nodes in each cube of a grid of twice that size.
    grid: HashMap<[i64; 3], Vec<usize>>,
}

impl Nodes {
    fn of(&mut self, vertex: &Vertex) -> usize {
        let place = [vertex.point.0.x, vertex.point.0.y, vertex.point.0.z];
        #[expect(clippy::cast_possible_truncation, reason = "at most 2.5e14")]
        let cube = place.map(|axis| (axis / (2.0 * MERGE)).floor() as i64);
        for x in -1..=1 {
            for y in -1..=1 {
                for z in -1..=1 {
                    let near = self.grid.get(&[cube[0] + x, cube[1] + y, cube[2] + z]);
                    let found = near.into_iter().flatten().find(|node| {
                        let apart = self.vertices[**node].point.0 - vertex.point.0;
                        apart.norm() < MERGE
                    });
                    if let Some(node) = found {
                        return *node;
                    }
                }
            }
        }
        self.vertices.push(*vertex);
        self.grid.entry(cube).or_default().push(self.vertices.len() - 1);
        self.vertices.len() - 1
    }
}

/// Joins pieces to paths as long as there is one way to go on, each from the earliest piece that begins one.
fn chain(nodes: &[Vertex], pieces: &[Piece]) -> Vec<Vec<Vertex>> {
    let mut leaving: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut arriving: HashMap<usize, usize> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        leaving.entry(piece.from).or_default().push(index);
        *arriving.entry(piece.to).or_default() += 1;
    }
    let passes = |node: usize| {
        arriving.get(&node) == Some(&1) && leaving.get(&node).is_some_and(|out| out.len() == 1)
    };
    let mut used = vec![false; pieces.len()];
    let mut paths = Vec::new();
    // Paths with an open end first, then what is left: closed ones.
    let starts = (0..pieces.len()).filter(|index| !passes(pieces[*index].from));
    for start in starts.chain(0..pieces.len()) {
        let (mut path, mut next) = (Vec::new(), start);
        while !used[next] {
            used[next] = true;
            let piece = pieces[next];
            if path.is_empty() {
                path.push(nodes[piece.from]);
            }
            path.push(nodes[piece.to]);
            if !passes(piece.to) {
                break;
            }
            next = leaving[&piece.to][0];
        }
        if !path.is_empty() {
            paths.push(path);
        }
    }
    paths
}
