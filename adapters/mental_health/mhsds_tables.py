"""The MHSDS tables that are read, each with its columns and what a row means in FHIR: the mapping on one screen.

Names are those of version 6; ``ALIASES`` are what version 5 (and the submission's own layout) calls the same thing.
The archive, and who a row is about, are ``mhsds``'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from adapters.dossier import Told
from adapters.mental_health import mhsds_act as act
from adapters.mental_health import mhsds_care as care
from adapters.mental_health import mhsds_person as person
from adapters.mental_health import mhsds_stays as stays
from adapters.mental_health.mhsds_line import Line


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` must be there, ``optional`` ones may; ``tell`` raises ``BadField`` naming the column."""

    tell: Callable[[Line], Iterator[Told]]
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()


LINKS: Final = ("LocalPatientId", "RecordNumber", "Person_ID")
"""What ties a row to the index: the first of these that both tables have."""

ALIASES: Final = {
    "OrgIDProvider": "OrgIDProv",
    "DateTimeDatSetCreate": "DatSetCreatDate",
    "ServiceRequestId": "UniqServReqID",
    "ServTeamType": "ServTeamTypeRefToMH",
    "UniqCareProfTeamLocalID": "UniqCareProfTeamID",
    "OtherCareProfTeamLocalID": "UniqOtherCareProfTeamLocalID",
    "CareProfTeamLocalId": "UniqCareProfTeamID",
    "CareContactId": "UniqCareContID",
    "AttendOrDNACode": "AttendStatus",
    "ConsMediumUsed": "ConsMechanismMH",
    "CarePlanID": "UniqCarePlanID",
    "CarePlanAgreedBy": "CarePlanContentAgreedBy",
    "CarePlanAgreedDate": "CarePlanContentAgreedDate",
    "MHActLegalStatusClassPeriodId": "UniqMHActEpisodeID",
    "HospProvSpellID": "UniqHospProvSpellID",
    "UniqHospProvSpellNum": "UniqHospProvSpellID",
    "HospProvSpellNum": "UniqHospProvSpellID",
    "SourceAdmCodeHospProvSpell": "SourceAdmMHHospProvSpell",
    "AdmMethCodeHospProvSpell": "MethAdmMHHospProvSpell",
    "DischMethCodeHospProvSpell": "MethOfDischMHHospProvSpell",
    "DischDestCodeHospProvSpell": "DestOfDischHospProvSpell",
    "EstimatedDischDate": "EstimatedDischDateHospProvSpell",
    "PlannedDischDate": "PlannedDischDateHospProvSpell",
    "PlannedDischDestCode": "PlannedDestDisch",
    "WardStayId": "UniqWardStayID",
    "HospitalBedTypeMH": "MHAdmittedPatientClass",
    "StartDateDelayDisch": "StartDateClinReadyforDisch",
    "EndDateDelayDisch": "EndDateClinReadyforDisch",
    "DelayDischReason": "ClinReadyforDischDelayReason",
    "OrgIDRespLADelayDisch": "OrgIDRespLAClinReadyforDisch",
    "AccommodationStatusCode": "AccommodationType",
    "AccommodationStatusDate": "AccommodationTypeDate",
}
_READY: Final = Table(
    stays.clinically_ready,
    ("UniqHospProvSpellID", "StartDateClinReadyforDisch"),
    ("EndDateClinReadyforDisch", "ClinReadyforDischDelayReason", "OrgIDRespLAClinReadyforDisch"),
)
_TEAM: Final = Table(
    care.team,
    ("UniqServReqID",),
    (
        "ServTeamTypeRefToMH",
        "UniqCareProfTeamID",
        "UniqOtherCareProfTeamLocalID",
        "ReferClosureDate",
        "ReferClosReason",
        "ReferRejectionDate",
        "ReferRejectReason",
    ),
)
TABLES: Final[dict[str, Table]] = {
    "MHS003AccommStatus": Table(
        person.accommodation, ("AccommodationType",), ("AccommodationTypeDate", "SettledAccommodationInd")
    ),
    "MHS004EmpStatus": Table(person.employment, ("EmployStatus",), ("EmployStatusRecDate",)),
    "MHS005PatInd": Table(person.indicators, (), ("AutismStatus", "LDStatus")),
    "MHS007DisabilityType": Table(person.disability, ("DisabCode",)),
    "MHS008CarePlanType": Table(
        care.care_plan, ("UniqCarePlanID", "CarePlanTypeMH", "CarePlanCreatDate"), ("CarePlanLastUpdateDate",)
    ),
    "MHS009CarePlanAgreement": Table(
        care.agreement, ("UniqCarePlanID", "CarePlanContentAgreedBy", "CarePlanContentAgreedDate")
    ),
    "MHS101Referral": Table(
        care.referral,
        ("UniqServReqID", "ReferralRequestReceivedDate"),
        (
            "ReferralRequestReceivedTime",
            "SourceOfReferralMH",
            "PrimReasonReferralMH",
            "ClinRespPriorityType",
            "ServTeamTypeRefToMH",
            "ServDischDate",
            "ReferRejectionDate",
        ),
    ),
    "MHS102ServiceTypeReferredTo": _TEAM,
    "MHS102OtherServiceType": _TEAM,
    "MHS201CareContact": Table(
        care.contact, ("UniqCareContID", "CareContDate", "AttendStatus", "ConsMechanismMH"), ("CareContTime",)
    ),
    "MHS401MHActPeriod": Table(
        act.act_period,
        ("UniqMHActEpisodeID", "StartDateMHActLegalStatusClass", "LegalStatusCode"),
        (
            "StartTimeMHActLegalStatusClass",
            "ExpiryDateMHActLegalStatusClass",
            "EndDateMHActLegalStatusClass",
            "EndTimeMHActLegalStatusClass",
            "MentalCat",
        ),
    ),
    "MHS403ConditionalDischarge": Table(
        act.conditional_discharge, ("UniqMHActEpisodeID", "StartDateMHCondDisch"), ("EndDateMHCondDisch",)
    ),
    "MHS404CommTreatOrder": Table(
        act.community_order,
        ("UniqMHActEpisodeID", "StartDateCommTreatOrd"),
        ("EndDateCommTreatOrd", "ExpiryDateCommTreatOrd"),
    ),
    "MHS405CommTreatOrderRecall": Table(
        act.recall,
        ("UniqMHActEpisodeID", "StartDateCommTreatOrdRecall"),
        ("EndDateCommTreatOrdRecall",),
    ),
    "MHS501HospProvSpell": Table(
        stays.spell,
        ("UniqHospProvSpellID", "StartDateHospProvSpell"),
        (
            "StartTimeHospProvSpell",
            "SourceAdmMHHospProvSpell",
            "MethAdmMHHospProvSpell",
            "EstimatedDischDateHospProvSpell",
            "PlannedDischDateHospProvSpell",
            "PlannedDestDisch",
            "DischDateHospProvSpell",
            "DischTimeHospProvSpell",
            "MethOfDischMHHospProvSpell",
            "DestOfDischHospProvSpell",
        ),
    ),
    "MHS502WardStay": Table(
        stays.ward_stay,
        ("UniqWardStayID", "StartDateWardStay"),
        (
            "StartTimeWardStay",
            "UniqHospProvSpellID",
            "EndDateWardStay",
            "EndTimeWardStay",
            "MHAdmittedPatientClass",
            "WardSecLevel",
            "SiteIDOfTreat",
        ),
    ),
    "MHS504DelayedDischarge": _READY,
    "MHS518ClinReadyforDischarge": _READY,
    "MHS510LeaveOfAbsence": Table(
        act.leave, ("UniqWardStayID", "StartDateMHLeaveAbs"), ("EndDateMHLeaveAbs",)
    ),
}

NOT_READ: Final = frozenset(
    {
        "MHS002GP",
        "MHS006MHCareCoord",
        "MHS010AssTechToSupportDisTyp",
        "MHS011SocPerCircumstances",
        "MHS012OverseasVisitorChargCat",
        "MHS013MHCurrencyModel",
        "MHS014EHealthAppointment",
        "MHS103OtherReasonReferral",
        "MHS104RTT",
        "MHS105OnwardReferral",
        "MHS106DischargePlanAgreement",
        "MHS107MedicationPrescription",
        "MHS202CareActivity",
        "MHS203OtherAttend",
        "MHS204IndirectActivity",
        "MHS205PatientSDDI",
        "MHS206StaffActivity",
        "MHS301GroupSession",
        "MHS302MHDropInContact",
        "MHS402RespClinicianAssignPeriod",
        "MHS503AssignedCareProf",
        "MHS505RestrictiveInterventInc",
        "MHS506Assault",
        "MHS507SelfHarm",
        "MHS509HomeLeave",
        "MHS511AbsenceWithoutLeave",
        "MHS512HospSpellCommAssPer",
        "MHS512HospSpellCommissioner",
        "MHS513SubstanceMisuse",
        "MHS514TrialLeave",
        "MHS515RestrictiveInterventType",
        "MHS516PoliceAssistanceRequest",
        "MHS517SMHExceptionalPackOfCare",
        "MHS601MedHistPrevDiag",
        "MHS603ProvDiag",
        "MHS604PrimDiag",
        "MHS605SecDiag",
        "MHS606CodedScoreAssessmentRefer",
        "MHS607CodedScoreAssessmentCont",
        "MHS608AnonSelfAssess",
        "MHS609PresComp",
        "MHS701CPACareEpisode",
        "MHS702CPAReview",
        "MHS801ClusterTool",
        "MHS802ClusterAssess",
        "MHS803CareCluster",
        "MHS804FiveForensicPathways",
        "MHS901StaffDetails",
        "MHS902ServiceTeamDetails",
        "MHS903WardDetails",
    }
)
"""Tables of the data set that are left out on purpose: the live source tells it better, they only count, or they
are not for sharing (restrictive interventions, assaults). A table on neither list is named in review."""
