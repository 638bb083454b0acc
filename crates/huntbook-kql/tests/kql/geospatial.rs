//! Geospatial functions on shapes that were made to break them: an answer or an error, never a panic.

use huntbook_kql::{Database, Engine};
use serde_json::json;

use crate::table::run;

/// Shapes and what only looks like one.
fn hostile() -> Vec<String> {
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let ring =
        |places: &[[f64; 2]]| json!({"type": "Polygon", "coordinates": [places]}).to_string();
    let zigzag: Vec<[f64; 2]> = (0..400)
        .map(|at| [f64::from(at) * 0.4 - 80.0, if at % 2 == 0 { -60.0 } else { 60.0 }])
        .collect();
    let mut texts: Vec<String> = [
        "",
        "null",
        "{}",
        "[]",
        "\"Polygon\"",
        r#"{"type":5,"coordinates":5}"#,
        r#"{"type":"Polygon"}"#,
        r#"{"type":"Polygon","coordinates":[]}"#,
        r#"{"type":"Polygon","coordinates":[[]]}"#,
        r#"{"type":"Polygon","coordinates":[[[]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[1e308,1e308],[-1e308,0],[0,0],[1e308,1e308]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0,9],[1,0,9],[1,1,9],[0,0,9]]]}"#,
        r#"{"type":"MultiPolygon","coordinates":[]}"#,
        r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]]],[[[0,0],[9,0],[9,9],[0,0]]]]}"#,
        r#"{"type":"LineString","coordinates":[[0,0],[0,0]]}"#,
        r#"{"type":"LineString","coordinates":[[0,90],[90,90],[180,90]]}"#,
        r#"{"type":"LineString","coordinates":[[0,0],[180,0]]}"#,
        r#"{"type":"LineString","coordinates":[[0,0],[179.99999999999997,0]]}"#,
        r#"{"type":"LineString","coordinates":[[-180,0],[180,0]]}"#,
        r#"{"type":"LineString","coordinates":[[1e-320,0],[0,5e-324]]}"#,
        r#"{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[1,1],[0,0]],[[0,1],[1,0]]]}"#,
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend([
        deep,
        ring(&[[0.0, 0.0], [90.0, 0.0], [180.0, 0.0], [-90.0, 0.0], [0.0, 0.0]]),
        ring(&[[0.0, 89.0], [90.0, 89.0], [180.0, 89.0], [-90.0, 89.0], [0.0, 89.0]]),
        ring(&[[0.0, -90.0], [10.0, -90.0], [20.0, -90.0], [0.0, -90.0]]),
        ring(&[[0.0, 0.0], [1e-15, 0.0], [0.0, 1e-15], [0.0, 0.0]]),
        ring(&[[0.0, 0.0], [1e-7, 0.0], [0.0, 1e-7], [0.0, 0.0]]),
        ring(&[[179.0, 0.0], [180.0, 1.0], [-180.0, 2.0], [-179.0, 0.0], [179.0, 0.0]]),
        ring(&[[-180.0, -90.0], [180.0, -90.0], [180.0, 90.0], [-180.0, 90.0], [-180.0, -90.0]]),
        ring(&[[0.0, 0.0], [120.0, 0.0], [-120.0, 0.0], [0.0, 0.0]]),
        json!({"type": "LineString", "coordinates": zigzag}).to_string(),
    ]);
    texts
}

#[test]
fn hostile_shapes_give_an_answer_or_an_error() {
    let engine = Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().unwrap());
    let square = r#"dynamic({"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]]]})"#;
    let line = r#"dynamic({"type":"LineString","coordinates":[[-5,-5],[5,5]]})"#;
    let calls = [
        "geo_line_length(d)".to_owned(),
        "geo_line_centroid(d)".to_owned(),
        "geo_line_densify(d, 10000)".to_owned(),
        "geo_line_densify(d, 10000, true)".to_owned(),
        "geo_line_simplify(d, 1000)".to_owned(),
        "geo_line_simplify(d, 7800000)".to_owned(),
        "geo_line_interpolate_point(d, 0.3)".to_owned(),
        "geo_line_locate_point(d, 1, 2)".to_owned(),
        "geo_line_to_s2cells(d, 5)".to_owned(),
        "geo_line_to_s2cells(d, 3, 500000)".to_owned(),
        "geo_line_buffer(d, 1000, 500)".to_owned(),
        "geo_polygon_area(d)".to_owned(),
        "geo_polygon_perimeter(d)".to_owned(),
        "geo_polygon_centroid(d)".to_owned(),
        "geo_polygon_densify(d, 10000)".to_owned(),
        "geo_polygon_simplify(d, 1000)".to_owned(),
        "geo_polygon_to_s2cells(d, 4)".to_owned(),
        "geo_polygon_to_h3cells(d, 1)".to_owned(),
        "geo_polygon_buffer(d, 1000, 500)".to_owned(),
        "geo_union_polygons_array(pack_array(d, d))".to_owned(),
        "geo_union_lines_array(pack_array(d, d))".to_owned(),
        "geo_simplify_polygons_array(pack_array(d, d), 1000)".to_owned(),
        "geo_point_in_polygon(1, 1, d)".to_owned(),
        "geo_distance_point_to_line(0, 90, d)".to_owned(),
        "geo_distance_point_to_polygon(180, 0, d)".to_owned(),
        "geo_closest_point_on_line(0, -90, d)".to_owned(),
        "geo_closest_point_on_polygon(-180, 0, d)".to_owned(),
        format!("geo_intersects_2lines(d, {line})"),
        format!("geo_intersects_line_with_polygon(d, {square})"),
        format!("geo_intersects_2polygons(d, {square})"),
        format!("geo_intersection_2lines(d, {line})"),
        format!("geo_intersection_line_with_polygon({line}, d)"),
        format!("geo_intersection_2polygons({square}, d)"),
        "geo_from_wkt(s)".to_owned(),
        "geo_geohash_neighbors(s)".to_owned(),
        "geo_s2cell_neighbors(s)".to_owned(),
        "geo_h3cell_rings(s, 142)".to_owned(),
    ];
    for text in hostile() {
        let quoted = serde_json::Value::from(text.as_str()).to_string();
        for call in &calls {
            let query =
                format!("print s = {quoted} | extend d = parse_json(s) | project r = {call}");
            if let Err(error) = run(&engine, &query) {
                assert!(error.to_string().contains("geospatial"), "{call} of {text}: {error}");
            }
        }
    }
}

#[test]
fn each_cell_of_the_first_levels_has_neighbours_and_a_place() {
    let engine = Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().unwrap());
    for token in ["1", "3", "5", "7", "9", "b", "04", "0c", "14", "1c", "bc", "0000000000000001"] {
        let query = format!(
            "print n = array_length(geo_s2cell_neighbors('{token}')),
                p = isnotnull(geo_s2cell_to_polygon('{token}')),
                c = isnotnull(geo_s2cell_to_central_point('{token}'))
            | where n >= 4 and p and c"
        );
        assert_eq!(run(&engine, &query).unwrap().row_count(), 1, "{token}");
    }
}
