//! `convert_length` and its kin: a number from one unit to another. An unknown unit gives null.
//!
//! A unit is a line of a table: how many of the base unit it is.

use arrow::datatypes::Float64Type;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

type Unit = (&'static str, f64);

macro_rules! conversions {
    ($($constant:ident, $kernel:ident, $name:literal, $what:literal, $example:literal, $convert:expr, $is_unit:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(value: real, from: string, to: string) -> real"),
            summary: concat!("The ", $what, " in another unit; units are named as `", $example, "`. Null where there is no such unit."),
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(3..=3)?;
                let is_unit: fn(&str) -> bool = $is_unit;
                for index in 1..3 {
                    if let Ok(name) = call.constant_string(index) && !is_unit(&name) {
                        let wanted = concat!("a unit of ", $what, " such as `", $example, "`");
                        return Err(call.wrong(index, wanted, &format!("`{name}`")));
                    }
                }
                Ok(Scalar::kernel(
                    &$kernel,
                    vec![call.typed(0, KqlType::Real)?, call.string(1)?, call.string(2)?],
                ))
            },
        };
        const $kernel: Kernel = Kernel {
            name: concat!("kql_", $name),
            returns: KqlType::Real,
            evaluate: |arguments| {
                let value = arguments.primitive::<Float64Type>(0)?;
                let (from, to) = (arguments.text(1)?, arguments.text(2)?);
                let convert: fn(f64, &str, &str) -> Option<f64> = $convert;
                arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
                    convert(value.get(row)?, from.get(row), to.get(row))
                })
            },
        };)+
    };
}

conversions! {
    CONVERT_ANGLE, ANGLE_KERNEL, "convert_angle", "angle", "Degree", |value, from, to| by(ANGLE, value, from, to), |name| unit(ANGLE, name).is_some();
    CONVERT_ENERGY, ENERGY_KERNEL, "convert_energy", "energy", "Joule", |value, from, to| by(ENERGY, value, from, to), |name| unit(ENERGY, name).is_some();
    CONVERT_FORCE, FORCE_KERNEL, "convert_force", "force", "Newton", |value, from, to| by(FORCE, value, from, to), |name| unit(FORCE, name).is_some();
    CONVERT_LENGTH, LENGTH_KERNEL, "convert_length", "length", "Meter", |value, from, to| by(LENGTH, value, from, to), |name| unit(LENGTH, name).is_some();
    CONVERT_MASS, MASS_KERNEL, "convert_mass", "mass", "Kilogram", |value, from, to| by(MASS, value, from, to), |name| unit(MASS, name).is_some();
    CONVERT_SPEED, SPEED_KERNEL, "convert_speed", "speed", "MeterPerSecond", |value, from, to| by(SPEED, value, from, to), |name| unit(SPEED, name).is_some();
    CONVERT_TEMPERATURE, TEMPERATURE_KERNEL, "convert_temperature", "temperature", "DegreeCelsius", |value, from, to| from_kelvin(to_kelvin(value, from)?, to), |name| to_kelvin(0.0, name).is_some();
    CONVERT_VOLUME, VOLUME_KERNEL, "convert_volume", "volume", "CubicMeter", |value, from, to| by(VOLUME, value, from, to), |name| unit(VOLUME, name).is_some();
}

fn unit(table: &[Unit], name: &str) -> Option<f64> {
    table.iter().find(|(known, _)| *known == name).map(|(_, factor)| *factor)
}

fn by(table: &[Unit], value: f64, from: &str, to: &str) -> Option<f64> {
    Some(value * unit(table, from)? / unit(table, to)?)
}

/// A temperature in kelvin: an offset and a factor a unit.
fn to_kelvin(value: f64, unit: &str) -> Option<f64> {
    Some(match unit {
        "Kelvin" => value,
        "DegreeCelsius" => value + 273.15,
        "MillidegreeCelsius" => value / 1000.0 + 273.15,
        "DegreeFahrenheit" => (value + 459.67) * 5.0 / 9.0,
        "DegreeRankine" => value * 5.0 / 9.0,
        "DegreeDelisle" => 373.15 - value * 2.0 / 3.0,
        "DegreeNewton" => value * 100.0 / 33.0 + 273.15,
        "DegreeReaumur" => value * 5.0 / 4.0 + 273.15,
        "DegreeRoemer" => (value - 7.5) * 40.0 / 21.0 + 273.15,
        "SolarTemperature" => value * 5778.0,
        _ => return None,
    })
}

fn from_kelvin(kelvin: f64, unit: &str) -> Option<f64> {
    Some(match unit {
        "Kelvin" => kelvin,
        "DegreeCelsius" => kelvin - 273.15,
        "MillidegreeCelsius" => (kelvin - 273.15) * 1000.0,
        "DegreeFahrenheit" => kelvin * 9.0 / 5.0 - 459.67,
        "DegreeRankine" => kelvin * 9.0 / 5.0,
        "DegreeDelisle" => (373.15 - kelvin) * 3.0 / 2.0,
        "DegreeNewton" => (kelvin - 273.15) * 33.0 / 100.0,
        "DegreeReaumur" => (kelvin - 273.15) * 4.0 / 5.0,
        "DegreeRoemer" => (kelvin - 273.15) * 21.0 / 40.0 + 7.5,
        "SolarTemperature" => kelvin / 5778.0,
        _ => return None,
    })
}

const DEGREE: f64 = std::f64::consts::PI / 180.0;

/// Radians.
const ANGLE: &[Unit] = &[
    ("Arcminute", DEGREE / 60.0),
    ("Arcsecond", DEGREE / 3600.0),
    ("Centiradian", 1e-2),
    ("Deciradian", 1e-1),
    ("Degree", DEGREE),
    ("Gradian", DEGREE * 0.9),
    ("Microdegree", DEGREE * 1e-6),
    ("Microradian", 1e-6),
    ("Millidegree", DEGREE * 1e-3),
    ("Milliradian", 1e-3),
    ("Nanodegree", DEGREE * 1e-9),
    ("Nanoradian", 1e-9),
    ("NatoMil", std::f64::consts::PI / 3200.0),
    ("Radian", 1.0),
    ("Revolution", 2.0 * std::f64::consts::PI),
    ("Tilt", std::f64::consts::FRAC_PI_2),
];

/// The international table unit, as the documented figure has it.
const BTU: f64 = 1_055.055_852_62;
const CALORIE: f64 = 4.184;
const ELECTRON_VOLT: f64 = 1.602_176_565e-19;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;
const THERM_EC: f64 = 105_505_585.262;
const THERM_IMPERIAL: f64 = 105_505_585.257_348;
const THERM_US: f64 = 105_480_400.0;

/// Joules.
const ENERGY: &[Unit] = &[
    ("BritishThermalUnit", BTU),
    ("Calorie", CALORIE),
    ("DecathermEc", THERM_EC * 10.0),
    ("DecathermImperial", THERM_IMPERIAL * 10.0),
    ("DecathermUs", THERM_US * 10.0),
    ("ElectronVolt", ELECTRON_VOLT),
    ("Erg", 1e-7),
    ("FootPound", 1.355_817_948_331_4),
    ("GigabritishThermalUnit", BTU * 1e9),
    ("GigaelectronVolt", ELECTRON_VOLT * 1e9),
    ("Gigajoule", 1e9),
    ("GigawattDay", DAY * 1e9),
    ("GigawattHour", HOUR * 1e9),
    ("HorsepowerHour", 2_684_519.537_696_173),
    ("Joule", 1.0),
    ("KilobritishThermalUnit", BTU * 1e3),
    ("Kilocalorie", CALORIE * 1e3),
    ("KiloelectronVolt", ELECTRON_VOLT * 1e3),
    ("Kilojoule", 1e3),
    ("KilowattDay", DAY * 1e3),
    ("KilowattHour", HOUR * 1e3),
    ("MegabritishThermalUnit", BTU * 1e6),
    ("Megacalorie", CALORIE * 1e6),
    ("MegaelectronVolt", ELECTRON_VOLT * 1e6),
    ("Megajoule", 1e6),
    ("MegawattDay", DAY * 1e6),
    ("MegawattHour", HOUR * 1e6),
    ("Millijoule", 1e-3),
    ("TeraelectronVolt", ELECTRON_VOLT * 1e12),
    ("TerawattDay", DAY * 1e12),
    ("TerawattHour", HOUR * 1e12),
    ("ThermEc", THERM_EC),
    ("ThermImperial", THERM_IMPERIAL),
    ("ThermUs", THERM_US),
    ("WattDay", DAY),
    ("WattHour", HOUR),
];

const POUND: f64 = 0.453_592_37;
const GRAVITY: f64 = 9.806_65;

/// Newtons.
const FORCE: &[Unit] = &[
    ("Decanewton", 10.0),
    ("Dyn", 1e-5),
    ("KilogramForce", GRAVITY),
    ("Kilonewton", 1e3),
    ("KiloPond", GRAVITY),
    ("KilopoundForce", POUND * GRAVITY * 1e3),
    ("Meganewton", 1e6),
    ("Micronewton", 1e-6),
    ("Millinewton", 1e-3),
    ("Newton", 1.0),
    ("OunceForce", POUND * GRAVITY / 16.0),
    ("Poundal", POUND * 0.3048),
    ("PoundForce", POUND * GRAVITY),
    ("ShortTonForce", POUND * GRAVITY * 2e3),
    ("TonneForce", GRAVITY * 1e3),
];

const FOOT: f64 = 0.3048;
const INCH: f64 = 0.0254;
const YARD: f64 = 0.9144;
const MILE: f64 = 1609.344;
const SURVEY_FOOT: f64 = 1200.0 / 3937.0;
const LIGHT_YEAR: f64 = 9.460_730_472_580_8e15;
const ASTRONOMICAL: f64 = 1.495_978_707e11;
const PARSEC: f64 = 3.085_677_581_491_367e16;

/// Metres.
const LENGTH: &[Unit] = &[
    ("Angstrom", 1e-10),
    ("AstronomicalUnit", ASTRONOMICAL),
    ("Centimeter", 1e-2),
    ("Chain", 20.1168),
    ("DataMile", 1828.8),
    ("Decameter", 10.0),
    ("Decimeter", 0.1),
    ("DtpPica", INCH / 6.0),
    ("DtpPoint", INCH / 72.0),
    ("Fathom", 1.8288),
    ("Foot", FOOT),
    ("Hand", 0.1016),
    ("Hectometer", 100.0),
    ("Inch", INCH),
    ("KilolightYear", LIGHT_YEAR * 1e3),
    ("Kilometer", 1e3),
    ("Kiloparsec", PARSEC * 1e3),
    ("LightYear", LIGHT_YEAR),
    ("MegalightYear", LIGHT_YEAR * 1e6),
    ("Megaparsec", PARSEC * 1e6),
    ("Meter", 1.0),
    ("Microinch", INCH * 1e-6),
    ("Micrometer", 1e-6),
    ("Mil", INCH * 1e-3),
    ("Mile", MILE),
    ("Millimeter", 1e-3),
    ("Nanometer", 1e-9),
    ("NauticalMile", 1852.0),
    ("Parsec", PARSEC),
    ("PrinterPica", 0.0127 / 3.0 * 0.996_264),
    ("PrinterPoint", 0.0127 / 36.0 * 0.996_264),
    ("Shackle", 27.432),
    ("SolarRadius", 6.957e8),
    ("Twip", INCH / 1440.0),
    ("UsSurveyFoot", SURVEY_FOOT),
    ("Yard", YARD),
];

/// Kilograms.
const MASS: &[Unit] = &[
    ("Centigram", 1e-5),
    ("Decagram", 1e-2),
    ("Decigram", 1e-4),
    ("EarthMass", 5.9722e24),
    ("Grain", POUND / 7000.0),
    ("Gram", 1e-3),
    ("Hectogram", 0.1),
    ("Kilogram", 1.0),
    ("Kilopound", POUND * 1e3),
    ("Kilotonne", 1e6),
    ("LongHundredweight", POUND * 112.0),
    ("LongTon", POUND * 2240.0),
    ("Megapound", POUND * 1e6),
    ("Megatonne", 1e9),
    ("Microgram", 1e-9),
    ("Milligram", 1e-6),
    ("Nanogram", 1e-12),
    ("Ounce", POUND / 16.0),
    ("Pound", POUND),
    ("ShortHundredweight", POUND * 100.0),
    ("ShortTon", POUND * 2e3),
    ("Slug", POUND * GRAVITY / FOOT),
    ("SolarMass", 1.988_47e30),
    ("Stone", POUND * 14.0),
    ("Tonne", 1e3),
];

const MINUTE: f64 = 60.0;

/// Metres a second.
const SPEED: &[Unit] = &[
    ("CentimeterPerHour", 1e-2 / HOUR),
    ("CentimeterPerMinute", 1e-2 / MINUTE),
    ("CentimeterPerSecond", 1e-2),
    ("DecimeterPerMinute", 0.1 / MINUTE),
    ("DecimeterPerSecond", 0.1),
    ("FootPerHour", FOOT / HOUR),
    ("FootPerMinute", FOOT / MINUTE),
    ("FootPerSecond", FOOT),
    ("InchPerHour", INCH / HOUR),
    ("InchPerMinute", INCH / MINUTE),
    ("InchPerSecond", INCH),
    ("KilometerPerHour", 1e3 / HOUR),
    ("KilometerPerMinute", 1e3 / MINUTE),
    ("KilometerPerSecond", 1e3),
    ("Knot", 1852.0 / HOUR),
    ("MeterPerHour", 1.0 / HOUR),
    ("MeterPerMinute", 1.0 / MINUTE),
    ("MeterPerSecond", 1.0),
    ("MicrometerPerMinute", 1e-6 / MINUTE),
    ("MicrometerPerSecond", 1e-6),
    ("MilePerHour", MILE / HOUR),
    ("MillimeterPerHour", 1e-3 / HOUR),
    ("MillimeterPerMinute", 1e-3 / MINUTE),
    ("MillimeterPerSecond", 1e-3),
    ("NanometerPerMinute", 1e-9 / MINUTE),
    ("NanometerPerSecond", 1e-9),
    ("UsSurveyFootPerHour", SURVEY_FOOT / HOUR),
    ("UsSurveyFootPerMinute", SURVEY_FOOT / MINUTE),
    ("UsSurveyFootPerSecond", SURVEY_FOOT),
    ("YardPerHour", YARD / HOUR),
    ("YardPerMinute", YARD / MINUTE),
    ("YardPerSecond", YARD),
];

const CUBIC_FOOT: f64 = FOOT * FOOT * FOOT;
const US_GALLON: f64 = 231.0 * INCH * INCH * INCH;
const IMPERIAL_GALLON: f64 = 4.546_09e-3;

/// Cubic metres. An acre-foot is given as the documented figure has it.
const VOLUME: &[Unit] = &[
    ("AcreFoot", 1.0 / 0.000_810_714),
    ("AuTablespoon", 2e-5),
    ("BoardFoot", CUBIC_FOOT / 12.0),
    ("Centiliter", 1e-5),
    ("CubicCentimeter", 1e-6),
    ("CubicDecimeter", 1e-3),
    ("CubicFoot", CUBIC_FOOT),
    ("CubicHectometer", 1e6),
    ("CubicInch", INCH * INCH * INCH),
    ("CubicKilometer", 1e9),
    ("CubicMeter", 1.0),
    ("CubicMicrometer", 1e-18),
    ("CubicMile", MILE * MILE * MILE),
    ("CubicMillimeter", 1e-9),
    ("CubicYard", YARD * YARD * YARD),
    ("Decaliter", 1e-2),
    ("DecausGallon", US_GALLON * 10.0),
    ("Deciliter", 1e-4),
    ("DeciusGallon", US_GALLON * 0.1),
    ("HectocubicFoot", CUBIC_FOOT * 100.0),
    ("HectocubicMeter", 100.0),
    ("Hectoliter", 0.1),
    ("HectousGallon", US_GALLON * 100.0),
    ("ImperialBeerBarrel", IMPERIAL_GALLON * 36.0),
    ("ImperialGallon", IMPERIAL_GALLON),
    ("ImperialOunce", IMPERIAL_GALLON / 160.0),
    ("ImperialPint", IMPERIAL_GALLON / 8.0),
    ("KilocubicFoot", CUBIC_FOOT * 1e3),
    ("KilocubicMeter", 1e3),
    ("KiloimperialGallon", IMPERIAL_GALLON * 1e3),
    ("Kiloliter", 1.0),
    ("KilousGallon", US_GALLON * 1e3),
    ("Liter", 1e-3),
    ("MegacubicFoot", CUBIC_FOOT * 1e6),
    ("MegaimperialGallon", IMPERIAL_GALLON * 1e6),
    ("Megaliter", 1e3),
    ("MegausGallon", US_GALLON * 1e6),
    ("MetricCup", 2.5e-4),
    ("MetricTeaspoon", 5e-6),
    ("Microliter", 1e-9),
    ("Milliliter", 1e-6),
    ("OilBarrel", US_GALLON * 42.0),
    ("UkTablespoon", 1.5e-5),
    ("UsBeerBarrel", US_GALLON * 31.0),
    ("UsCustomaryCup", US_GALLON / 16.0),
    ("UsGallon", US_GALLON),
    ("UsLegalCup", 2.4e-4),
    ("UsOunce", US_GALLON / 128.0),
    ("UsPint", US_GALLON / 8.0),
    ("UsQuart", US_GALLON / 4.0),
    ("UsTablespoon", US_GALLON / 256.0),
    ("UsTeaspoon", US_GALLON / 768.0),
];

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &ANGLE_KERNEL,
    &ENERGY_KERNEL,
    &FORCE_KERNEL,
    &LENGTH_KERNEL,
    &MASS_KERNEL,
    &SPEED_KERNEL,
    &TEMPERATURE_KERNEL,
    &VOLUME_KERNEL,
];
