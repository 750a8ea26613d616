"""The medicines that stories are told with, as prescribed in England. `dmd` is "" where a source sends
words only.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its usual dose. `critical`: late doses harm; `controlled`: counted at handover."""

    name: str
    dose: str
    form: str
    frequency: str
    what_for: str
    dmd: str = ""
    route: str = "oral"
    critical: bool = False
    controlled: bool = False


AMLODIPINE: Final = Product(
    "Amlodipine 5mg tablets", "5 mg", "tablet", "once a day", "blood pressure", "319283006"
)
RAMIPRIL: Final = Product(
    "Ramipril 5mg capsules", "5 mg", "capsule", "once a day", "blood pressure", "318902004"
)
BISOPROLOL: Final = Product(
    "Bisoprolol 2.5mg tablets", "2.5 mg", "tablet", "once a day", "heart rate", "318605000"
)
FUROSEMIDE: Final = Product(
    "Furosemide 40mg tablets", "40 mg", "tablet", "each morning", "fluid", "317972000"
)
ATORVASTATIN: Final = Product("Atorvastatin 40mg tablets", "40 mg", "tablet", "at night", "cholesterol")
CLOPIDOGREL: Final = Product("Clopidogrel 75mg tablets", "75 mg", "tablet", "once a day", "prevents stroke")
ASPIRIN: Final = Product(
    "Aspirin 75mg dispersible tablets", "75 mg", "tablet", "once a day", "prevents stroke", "319775004"
)
APIXABAN: Final = Product(
    "Apixaban 5mg tablets", "5 mg", "tablet", "twice a day", "anticoagulant", critical=True
)
METFORMIN: Final = Product(
    "Metformin 500mg tablets", "500 mg", "tablet", "twice a day with food", "diabetes", "325278007"
)
INSULIN: Final = Product(
    "Insulin glargine 100units/ml solution for injection", "14 units", "injection", "at 22:00", "diabetes",
    route="subcutaneous", critical=True,
)  # fmt: skip
CO_CARELDOPA: Final = Product(
    "Co-careldopa 25mg/100mg tablets", "1 tablet", "tablet", "at 07:00, 11:00, 15:00 and 19:00",
    "Parkinson's",
    critical=True,
)  # fmt: skip
LEVETIRACETAM: Final = Product(
    "Levetiracetam 500mg tablets", "500 mg", "tablet", "twice a day", "epilepsy", critical=True
)
DONEPEZIL: Final = Product("Donepezil 10mg tablets", "10 mg", "tablet", "at night", "memory")
SERTRALINE: Final = Product("Sertraline 50mg tablets", "50 mg", "tablet", "once a day", "low mood")
MIRTAZAPINE: Final = Product(
    "Mirtazapine 15mg tablets", "15 mg", "tablet", "at night", "low mood", "375193003"
)
OLANZAPINE: Final = Product(
    "Olanzapine 10mg tablets", "10 mg", "tablet", "at night", "psychosis", "321614001"
)
LITHIUM: Final = Product(
    "Lithium carbonate 400mg modified-release tablets", "800 mg", "tablet", "at night", "bipolar disorder",
    critical=True,
)  # fmt: skip
PALIPERIDONE: Final = Product(
    "Paliperidone 100mg/1ml prolonged-release suspension for injection", "100 mg", "injection",
    "every four weeks", "psychosis", route="intramuscular", critical=True,
)  # fmt: skip
SALBUTAMOL: Final = Product(
    "Salbutamol 100micrograms/dose inhaler CFC free", "2 puffs", "inhaler", "when needed", "breathing",
    "39113611000001102", route="inhaled",
)  # fmt: skip
TIOTROPIUM: Final = Product(
    "Tiotropium bromide 2.5micrograms/dose inhaler CFC free", "2 puffs", "inhaler", "once a day", "breathing",
    route="inhaled",
)  # fmt: skip
PREDNISOLONE: Final = Product(
    "Prednisolone 5mg tablets", "30 mg", "tablet", "each morning, 5 days", "breathing", "325427002"
)
PARACETAMOL: Final = Product(
    "Paracetamol 500mg tablets", "1 g", "tablet", "up to four times a day", "pain", "322236009"
)
MORPHINE_LIQUID: Final = Product(
    "Morphine sulfate 10mg/5ml oral solution", "5 mg", "oral solution", "when needed, 4 hours apart", "pain",
    controlled=True,
)  # fmt: skip
BUPRENORPHINE_PATCH: Final = Product(
    "Buprenorphine 10micrograms/hour transdermal patches", "1 patch", "patch", "changed every 7 days", "pain",
    route="transdermal", controlled=True,
)  # fmt: skip
ROTIGOTINE_PATCH: Final = Product(
    "Rotigotine 4mg/24hours transdermal patches", "1 patch", "patch", "changed each morning", "Parkinson's",
    route="transdermal", critical=True,
)  # fmt: skip
METHADONE: Final = Product(
    "Methadone 1mg/ml oral solution", "40 mg", "oral solution", "once a day, supervised", "opioid dependence",
    critical=True, controlled=True,
)  # fmt: skip
ALENDRONATE: Final = Product("Alendronic acid 70mg tablets", "70 mg", "tablet", "once a week", "bones")
COLECALCIFEROL: Final = Product(
    "Colecalciferol 800unit capsules", "800 units", "capsule", "once a day", "bones"
)
OMEPRAZOLE: Final = Product(
    "Omeprazole 20mg gastro-resistant capsules", "20 mg", "capsule", "once a day", "stomach"
)
DOXYCYCLINE: Final = Product("Doxycycline 100mg capsules", "100 mg", "capsule", "once a day", "infection")
NITROFURANTOIN: Final = Product(
    "Nitrofurantoin 100mg modified-release capsules", "100 mg", "capsule", "twice a day", "infection"
)
RILUZOLE: Final = Product("Riluzole 50mg tablets", "50 mg", "tablet", "twice a day", "motor neurone disease")
BICTEGRAVIR: Final = Product(
    "Bictegravir 50mg / Emtricitabine 200mg / Tenofovir alafenamide 25mg tablets", "1 tablet", "tablet",
    "once a day", "HIV", critical=True,
)  # fmt: skip
