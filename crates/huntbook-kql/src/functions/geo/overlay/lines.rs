//! Unions and intersections of lines, with one another and with polygons.

use std::collections::{HashMap, HashSet};

use datafusion::common::Result;

use super::super::geojson::{Geometry, Line};
use super::super::shapes::{Polygon, any_contains, line_edges};
use super::super::sphere::{Vertex, interpolate};
use super::{Arrangement, Piece, arrange, chain};

/// The union of lines, joined where one goes on as the other.
pub(in super::super) fn union_lines(lines: &[Line]) -> Result<Vec<Line>> {
    let edges: Vec<(Vertex, Vertex)> = line_edges(lines).collect();
    let arrangement = arrange(&edges)?;
    let mut seen = HashSet::new();
    let mut pieces = arrangement.pieces;
    pieces.retain(|piece| seen.insert(piece.undirected().0));
    Ok(chain(&arrangement.nodes, &pieces))
}

/// What lines share: points where they cross or touch, lines where they run together.
pub(in super::super) fn intersect_lines(first: &[Line], second: &[Line]) -> Result<Vec<Geometry>> {
    let mut edges: Vec<(Vertex, Vertex)> = line_edges(first).collect();
    let own = edges.len();
    edges.extend(line_edges(second));
    let arrangement = arrange(&edges)?;
    let theirs = arrangement.pieces.iter().filter(|piece| piece.edge >= own);
    let theirs: HashSet<(usize, usize)> = theirs.map(|piece| piece.undirected().0).collect();
    Ok(shared(&arrangement, own, |piece| theirs.contains(&piece.undirected().0)))
}

/// What of lines lies in polygons or on their edges.
pub(in super::super) fn intersect_with_polygons(
    lines: &[Line],
    polygons: &[Polygon],
) -> Result<Vec<Geometry>> {
    let mut edges: Vec<(Vertex, Vertex)> = line_edges(lines).collect();
    let own = edges.len();
    edges.extend(polygons.iter().flat_map(Polygon::edges));
    let arrangement = arrange(&edges)?;
    let borders = arrangement.pieces.iter().filter(|piece| piece.edge >= own);
    let borders: HashSet<(usize, usize)> = borders.map(|piece| piece.undirected().0).collect();
    let nodes = &arrangement.nodes;
    Ok(shared(&arrangement, own, |piece| {
        borders.contains(&piece.undirected().0) || {
            let (from, to) = (&nodes[piece.from].point, &nodes[piece.to].point);
            any_contains(polygons, &interpolate(from, to, 0.5))
        }
    }))
}

/// The pieces of the first `own` edges for which `keep` holds, as lines, and the other nodes that edges of
/// both sides meet at.
fn shared(arrangement: &Arrangement, own: usize, keep: impl Fn(&Piece) -> bool) -> Vec<Geometry> {
    let mut seen = HashSet::new();
    let ours = arrangement.pieces.iter().filter(|piece| piece.edge < own);
    let fresh = ours.filter(|piece| seen.insert(piece.undirected().0));
    let kept: Vec<Piece> = fresh.filter(|piece| keep(piece)).copied().collect();
    let mut met: HashMap<usize, [bool; 2]> = HashMap::new();
    for piece in &arrangement.pieces {
        for node in [piece.from, piece.to] {
            met.entry(node).or_default()[usize::from(piece.edge >= own)] = true;
        }
    }
    for piece in &kept {
        met.remove(&piece.from);
        met.remove(&piece.to);
    }
    let mut points: Vec<usize> =
        met.into_iter().filter(|(_, met)| *met == [true; 2]).map(|(node, _)| node).collect();
    points.sort_unstable();
    let points = points.into_iter().map(|node| Geometry::Point(arrangement.nodes[node]));
    points.chain(chain(&arrangement.nodes, &kept).into_iter().map(Geometry::Line)).collect()
}
