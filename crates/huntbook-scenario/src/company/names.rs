//! The names that people, departments and towns are made of.

pub(crate) const FIRST: &[&str] = &[
    "Ada", "Alan", "Amina", "Anders", "Beatriz", "Ben", "Carla", "Chidi", "Clara", "Daniel",
    "Diego", "Edith", "Elena", "Emil", "Farah", "Felix", "Fiona", "Grace", "Hamid", "Hannah",
    "Hugo", "Ingrid", "Isaac", "Ivana", "James", "Jia", "Joan", "Jonas", "Kamala", "Karim", "Lars",
    "Leila", "Linus", "Lucia", "Malik", "Marta", "Mei", "Miguel", "Nadia", "Nils", "Noor", "Olga",
    "Omar", "Paula", "Priya", "Quentin", "Rania", "Robert", "Rosa", "Samir", "Sofia", "Stefan",
    "Tamsin", "Tariq", "Thea", "Ulrich", "Vera", "Wanjiru", "Yusuf", "Zoe",
];

pub(crate) const LAST: &[&str] = &[
    "Abara", "Andersen", "Banerjee", "Barlow", "Bauer", "Berg", "Bishop", "Carvalho", "Chandra",
    "Clarke", "Costa", "Dahl", "Desai", "Dubois", "Eriksen", "Farrow", "Ferreira", "Fisher",
    "Fontaine", "Garcia", "Gupta", "Hale", "Haddad", "Hopper", "Ibrahim", "Jansen", "Jimenez",
    "Kaya", "Keller", "King", "Kowalski", "Larsen", "Lindgren", "Lovell", "Marin", "Mbeki",
    "Meyer", "Moreau", "Nakata", "Novak", "Okafor", "Olsen", "Osman", "Park", "Pereira", "Quinn",
    "Ramos", "Rossi", "Sato", "Schmidt", "Silva", "Tanaka", "Torres", "Turner", "Vargas", "Volkov",
    "Weber", "Wilde", "Yilmaz", "Zeller",
];

/// The departments and their shares of the staff.
pub(crate) const DEPARTMENTS: &[(u64, &str)] = &[
    (22, "Sales"),
    (20, "Operations"),
    (18, "Engineering"),
    (12, "Finance"),
    (8, "Human Resources"),
    (8, "Marketing"),
    (7, "Legal"),
    (5, "Executive"),
];

/// A town that people sign in from.
#[derive(Debug)]
pub(crate) struct Town {
    pub(crate) city: &'static str,
    pub(crate) state: &'static str,
    /// ISO 3166 alpha-2.
    pub(crate) country: &'static str,
    /// Latitude and longitude in degrees, as text so that every machine prints the same.
    pub(crate) coordinates: (&'static str, &'static str),
}

const fn town(
    city: &'static str,
    state: &'static str,
    country: &'static str,
    latitude: &'static str,
    longitude: &'static str,
) -> Town {
    Town { city, state, country, coordinates: (latitude, longitude) }
}

/// The company's offices; the first octets of their networks are 10.10, 10.20 and 10.30.
pub(crate) const OFFICES: &[Town] = &[
    town("London", "England", "GB", "51.5074", "-0.1278"),
    town("Dublin", "Leinster", "IE", "53.3498", "-6.2603"),
    town("Lisbon", "Lisboa", "PT", "38.7223", "-9.1393"),
];

/// Where people live or travel to, by office.
pub(crate) const HOMES: &[&[Town]] = &[
    &[
        town("Croydon", "England", "GB", "51.3762", "-0.0982"),
        town("Reading", "England", "GB", "51.4543", "-0.9781"),
        town("Brighton", "England", "GB", "50.8225", "-0.1372"),
        town("Cambridge", "England", "GB", "52.2053", "0.1218"),
    ],
    &[
        town("Bray", "Leinster", "IE", "53.2028", "-6.0983"),
        town("Drogheda", "Leinster", "IE", "53.7179", "-6.3561"),
    ],
    &[
        town("Sintra", "Lisboa", "PT", "38.8029", "-9.3817"),
        town("Cascais", "Lisboa", "PT", "38.6979", "-9.4215"),
    ],
];

/// Where the intruder's addresses appear to be.
pub(crate) const ELSEWHERE: &[Town] = &[
    town("Amsterdam", "Noord-Holland", "NL", "52.3676", "4.9041"),
    town("Bucharest", "Bucuresti", "RO", "44.4268", "26.1025"),
    town("Chisinau", "Chisinau", "MD", "47.0105", "28.8638"),
    town("Singapore", "Singapore", "SG", "1.3521", "103.8198"),
];
