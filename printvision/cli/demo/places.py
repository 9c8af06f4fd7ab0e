"""Twenty countries with invented people in them. Towns, postal codes and regions are real, streets are common ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Town:
    """`region` is the code of a state, province or prefecture, where the post asks for one."""

    city: str
    postal_code: str
    region: str | None = None


@dataclass(frozen=True)
class Country:
    """
    Args:
        street: how a street and a house number are written there.
        name: how a given name and a family name are written there.
    """

    code: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[Town, ...]
    street: str = "{street} {number}"
    name: str = "{given} {family}"


NUMBER_FIRST = "{number} {street}"

COUNTRIES = (
    Country(
        "US",
        ("Ava", "Liam", "Grace", "Noah", "Ruth", "Caleb"),
        ("Walker", "Nguyen", "Hughes", "Ortiz", "Bennett", "Kim"),
        ("Maple Street", "Oak Avenue", "2nd Street", "Lincoln Boulevard"),
        (Town("Portland", "97205", "OR"), Town("Austin", "78701", "TX"), Town("Buffalo", "14201", "NY")),
        NUMBER_FIRST,
    ),
    Country(
        "CA",
        ("Emma", "Lucas", "Chloé", "Ethan", "Maude", "Owen"),
        ("Tremblay", "Singh", "MacLeod", "Gagnon", "Fraser", "Chan"),
        ("King Street", "Rue Principale", "Main Street", "Elm Street"),
        (
            Town("Ottawa", "K1P 1J1", "ON"),
            Town("Montréal", "H2X 1Y4", "QC"),
            Town("Halifax", "B3J 1A1", "NS"),
        ),
        NUMBER_FIRST,
    ),
    Country(
        "GB",
        ("Isla", "Harry", "Freya", "Alfie", "Imogen", "Rhys"),
        ("Taylor", "Evans", "Patel", "Clarke", "O'Neill", "Fletcher"),
        ("High Street", "Church Lane", "Station Road", "Victoria Road"),
        (Town("London", "SW1A 1AA"), Town("Leeds", "LS1 4AP"), Town("Cardiff", "CF10 1EP")),
        NUMBER_FIRST,
    ),
    Country(
        "DE",
        ("Anke", "Jürgen", "Leonie", "Moritz", "Käthe", "Emre"),
        ("Müller", "Schröder", "Weiß", "Kaya", "Lehmann", "Vogel"),
        ("Hauptstraße", "Gartenweg", "Lindenallee", "Am Markt"),
        (Town("Berlin", "10115"), Town("Köln", "50667"), Town("Leipzig", "04109")),
    ),
    Country(
        "FR",
        ("Zoé", "Hugo", "Inès", "Jérôme", "Maëlle", "Baptiste"),
        ("Lefèvre", "Dubois", "Garnier", "Benali", "Roussel", "Petit"),
        ("rue de la Gare", "avenue des Lilas", "place du Marché", "rue Pasteur"),
        (Town("Paris", "75011"), Town("Lyon", "69003"), Town("Rennes", "35000")),
        NUMBER_FIRST,
    ),
    Country(
        "ES",
        ("Lucía", "Íñigo", "Marta", "Álvaro", "Nuria", "Sergio"),
        ("García", "Muñoz", "Ibáñez", "Romero", "Peña", "Vidal"),
        ("Calle Mayor", "Calle del Sol", "Avenida de la Paz", "Plaza Nueva"),
        (Town("Madrid", "28013", "M"), Town("Sevilla", "41001", "SE"), Town("Bilbao", "48005", "BI")),
    ),
    Country(
        "IT",
        ("Giulia", "Nicolò", "Chiara", "Dario", "Elena", "Piero"),
        ("Rossi", "D'Angelo", "Conti", "Ferri", "Gallo", "Moretti"),
        ("Via Roma", "Via Garibaldi", "Corso Italia", "Piazza Dante"),
        (Town("Milano", "20121", "MI"), Town("Torino", "10121", "TO"), Town("Bari", "70121", "BA")),
    ),
    Country(
        "NL",
        ("Sanne", "Daan", "Fenna", "Joris", "Lotte", "Ruben"),
        ("de Vries", "van den Berg", "Bakker", "Yılmaz", "Visser", "Mulder"),
        ("Dorpsstraat", "Kerkweg", "Molenlaan", "Stationsplein"),
        (Town("Utrecht", "3511 AB"), Town("Groningen", "9711 AA"), Town("Delft", "2611 AA")),
    ),
    Country(
        "BE",
        ("Elise", "Wout", "Amélie", "Jef", "Noor", "Thibault"),
        ("Peeters", "Lambert", "Claes", "Dupont", "Maes", "El Amrani"),
        ("Kerkstraat", "Rue Neuve", "Nieuwstraat", "Rue de l'Église"),
        (Town("Gent", "9000"), Town("Liège", "4000"), Town("Antwerpen", "2000")),
    ),
    Country(
        "AT",
        ("Magdalena", "Lukas", "Vroni", "Tobias", "Resi", "Felix"),
        ("Gruber", "Hofer", "Öllinger", "Steiner", "Wallner", "Kovač"),
        ("Ringstraße", "Bahnhofplatz", "Mozartgasse", "Dorfweg"),
        (Town("Wien", "1010"), Town("Graz", "8010"), Town("Innsbruck", "6020")),
    ),
    Country(
        "CH",
        ("Seraina", "Reto", "Ladina", "Urs", "Aline", "Beat"),
        ("Zürcher", "Keller", "Favre", "Bernasconi", "Caduff", "Meier"),
        ("Seestrasse", "Rue du Lac", "Bergweg", "Dorfplatz"),
        (Town("Zürich", "8001"), Town("Lausanne", "1003"), Town("Chur", "7000")),
    ),
    Country(
        "SE",
        ("Astrid", "Åke", "Ebba", "Nils", "Saga", "Elias"),
        ("Lindström", "Åberg", "Nyström", "Ek", "Sjögren", "Haddad"),
        ("Storgatan", "Skolvägen", "Kungsgatan", "Björkvägen"),
        (Town("Stockholm", "111 22"), Town("Göteborg", "411 04"), Town("Umeå", "903 26")),
    ),
    Country(
        "DK",
        ("Freja", "Søren", "Ida", "Anders", "Signe", "Mikkel"),
        ("Jensen", "Østergaard", "Møller", "Kjær", "Holm", "Ravn"),
        ("Nørregade", "Skovvej", "Søndergade", "Møllevej"),
        (Town("København K", "1150"), Town("Aarhus C", "8000"), Town("Odense C", "5000")),
    ),
    Country(
        "NO",
        ("Ingrid", "Håkon", "Solveig", "Ola", "Tiril", "Jonas"),
        ("Hansen", "Bø", "Strand", "Lie", "Haugen", "Moen"),
        ("Storgata", "Kirkeveien", "Fjordgata", "Skogveien"),
        (Town("Oslo", "0150"), Town("Bergen", "5003"), Town("Tromsø", "9008")),
    ),
    Country(
        "FI",
        ("Aino", "Väinö", "Helmi", "Eero", "Siiri", "Onni"),
        ("Virtanen", "Mäkelä", "Laine", "Heikkinen", "Niemi", "Saari"),
        ("Koulukatu", "Rantatie", "Kirkkokatu", "Puistotie"),
        (Town("HELSINKI", "00100"), Town("TAMPERE", "33100"), Town("OULU", "90100")),
    ),
    Country(
        "IE",
        ("Aoife", "Cian", "Niamh", "Oisín", "Róisín", "Darragh"),
        ("Murphy", "Byrne", "Ní Bhriain", "Kelly", "Doyle", "Walsh"),
        ("Main Street", "Bridge Street", "Chapel Lane", "Quay Road"),
        (Town("Dublin 2", "D02 AF30"), Town("Cork", "T12 W8PY"), Town("Galway", "H91 E8XP")),
        NUMBER_FIRST,
    ),
    Country(
        "PL",
        ("Zofia", "Łukasz", "Agnieszka", "Paweł", "Hanna", "Jędrzej"),
        ("Kowalska", "Wójcik", "Żak", "Nowak", "Dąbrowska", "Lis"),
        ("ul. Polna", "ul. Leśna", "ul. Słoneczna", "ul. Krótka"),
        (Town("Warszawa", "00-950"), Town("Kraków", "31-042"), Town("Gdańsk", "80-831")),
    ),
    Country(
        "PT",
        ("Inês", "João", "Beatriz", "Tiago", "Matilde", "Rui"),
        ("Silva", "Conceição", "Araújo", "Lopes", "Simões", "Pinto"),
        ("Rua Direita", "Rua da Igreja", "Avenida da Liberdade", "Largo do Rossio"),
        (Town("Lisboa", "1100-148"), Town("Porto", "4000-322"), Town("Coimbra", "3000-213")),
    ),
    Country(
        "AU",
        ("Matilda", "Jack", "Zara", "Lachlan", "Indi", "Angus"),
        ("Thompson", "Papadopoulos", "Nguyen", "Reid", "Murray", "Wright"),
        ("George Street", "Wattle Road", "Beach Parade", "Station Street"),
        (Town("Melbourne", "3000", "VIC"), Town("Sydney", "2000", "NSW"), Town("Perth", "6000", "WA")),
        NUMBER_FIRST,
    ),
    Country(
        "JP",
        ("花子", "太郎", "美咲", "健", "さくら", "翔太"),
        ("佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤"),
        ("神宮前1-5", "南青山2-11", "本町3-2", "中央4-7"),
        (
            Town("渋谷区", "150-0001", "JP-13"),
            Town("大阪市", "541-0053", "JP-27"),
            Town("札幌市", "060-0001", "JP-01"),
        ),
        "{street}-{number}",
        "{family} {given}",
    ),
)
