"""Names and streets from which people of Wolds are made up."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILY: Final = _words(
    """
    Abbott Adams Ahmed Akhtar Allen Anderson Appleby Ashworth Atkinson Bailey Baker Bannister Barker
    Barlow Begum Bell Bennett Bhatt Birch Booth Bradley Brooks Burton Butler Carr Chapman Chaudhry Clarke
    Collins Cooper Cox Crossley Cunningham Dawson Dean Dixon Douglas Duffy Edwards Elliott Ellis Farrell
    Fisher Fletcher Foster Fox Gallagher Gardner George Gibson Gill Goddard Graham Grant Green Gregory
    Griffiths Hall Harper Harris Hart Hayes Henderson Hill Holmes Hope Hughes Hunt Hussain Iqbal Jackson
    James Jenkins Johnson Kapoor Kaur Kelly Kennedy Khan King Knight Kowalski Lambert Lane Lawson Lee
    Lewis Lloyd Mahmood Marshall Mason Matthews Mbeki McCarthy Miller Mills Mistry Mitchell Moore Morris
    Murphy Murray Nash Newton Nguyen Nowak Obi Osei Owen Palmer Parker Parsons Patterson Pearce Perry
    Phillips Porter Powell Price Qureshi Rashid Reed Reynolds Rhodes Richards Roberts Robinson Rose Rowe
    Russell Ryan Saunders Scott Shah Sharma Shaw Simpson Singh Slater Spencer Stevens Stewart Sykes Taylor
    Thomas Thompson Thorpe Turner Vaughan Wade Walker Ward Watson Webb West White Wilkinson Williams Wood
    Wright Yates Young Zielinski O'Brien O'Connor Smith-Jones De'Ath
    """
)
FEMALE: Final = _words(
    """
    Aisha Alice Amy Anita Anne Barbara Betty Brenda Carol Catherine Charlotte Chloe Christine Claire Dawn
    Deborah Diana Doreen Eileen Elizabeth Ella Emily Emma Ethel Fatima Fiona Frances Georgina Gillian
    Grace Harriet Heather Helen Irene Jacqueline Jane Janet Jasmine Jean Jennifer Joan Joyce Judith Julie
    Karen Kathleen Khadija Laura Linda Lisa Lorraine Lucy Margaret Maria Marjorie Mary Michelle Mildred
    Nadia Nancy Natalie Nicola Norma Olive Olivia Pamela Patricia Pauline Phyllis Priya Rachel Rebecca
    Rita Rosemary Ruth Samina Sandra Sarah Sharon Sheila Shirley Sophie Stella Susan Sylvia Tracey Valerie
    Vera Victoria Violet Wendy Winifred Yvonne Zoe Zofia
    """
)
MALE: Final = _words(
    """
    Abdul Adam Adrian Alan Albert Alexander Alfred Ali Andrew Anthony Arthur Barry Benjamin Bernard Brian
    Callum Charles Christopher Clive Colin Connor Craig Daniel Darren David Dennis Derek Donald Douglas
    Dylan Edward Eric Ernest Francis Frank Frederick Gareth Gary Geoffrey George Gerald Gordon Graham
    Harold Harry Hassan Henry Ian Imran Jack James Jason Jeffrey John Jonathan Joseph Keith Kenneth Kevin
    Kofi Lee Leonard Leslie Liam Luke Malcolm Mark Martin Matthew Michael Mohammed Neil Nicholas Nigel
    Norman Oliver Omar Patrick Paul Peter Philip Piotr Rajesh Ralph Raymond Richard Robert Roger Ronald
    Roy Russell Samuel Sidney Simon Stanley Stephen Stuart Terence Thomas Timothy Trevor Tyler Victor
    Vincent Walter William Wojciech Yusuf
    """
)
STREETS: Final = (
    ("Abbey Street", "Woldham", "WL1 1"), ("Back Lane", "Woldham", "WL1 2"), ("Canal Row", "Woldham",
        "WL2 3"),
    ("Corn Street", "Woldham", "WL1 2"), ("Dyke Road", "Woldham", "WL3 1"), ("Elder Grove", "Woldham",
        "WL3 4"),
    ("Foundry Way", "Woldham", "WL2 6"), ("Gasworks Lane", "Woldham", "WL2 7"), ("Hill Top", "Over Wold",
        "WL5 1"),
    ("Ivy Terrace", "Woldham", "WL1 8"), ("Kiln Road", "Nether Wold", "WL4 3"), ("Lark Rise", "Woldham",
        "WL3 2"),
    ("Mill Yard", "Woldham", "WL2 1"), ("North Parade", "Woldham", "WL1 9"), ("Orchard Rise", "Over Wold",
        "WL5 1"),
    ("Quarry Bank", "Woldham", "WL3 6"), ("River View", "Nether Wold", "WL4 5"),
    ("Sheepfold Lane", "Over Wold", "WL5 3"), ("Station Road", "Woldham", "WL1 5"),
    ("Tannery Close", "Woldham", "WL2 9"), ("Union Street", "Woldham", "WL2 4"),
    ("Vicarage Lane", "Nether Wold", "WL4 7"), ("Weavers Court", "Woldham", "WL2 5"), ("York Road",
        "Woldham", "WL3 8"),
)  # fmt: skip
