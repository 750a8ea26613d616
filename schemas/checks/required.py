"""Which elements each R4 type must have, where the published JSON schema does not say so.

What lives here: one table. What does not: how it is applied (``schemas.checks.mend``).

The published schema lists a required element only when it is a complex one; a required primitive may be
stood in for by its ``_name`` sibling (an extension such as data-absent-reason), and a required choice by
any of its types, so neither can be written there as one property. Source: the cardinalities in FHIR R4
4.0.1, https://hl7.org/fhir/R4/resourcelist.html and datatypes.html. ``Type_Part`` is the schema's own name
of a nested part; ``name[x]`` is a choice of types.
"""

from __future__ import annotations

from collections.abc import Iterator

_TABLE = """
Account: status
ActivityDefinition: status; ActivityDefinition_DynamicValue: path; ActivityDefinition_Participant: type
AdverseEvent: actuality
Annotation: text
Appointment: status; Appointment_Participant: status
AppointmentResponse: participantStatus
AuditEvent: recorded; AuditEvent_Agent: requestor; AuditEvent_Detail: type value[x]
Binary: contentType
Bundle: type; Bundle_Link: relation url; Bundle_Request: method url; Bundle_Response: status
CapabilityStatement: date fhirVersion format kind status; CapabilityStatement_Document: mode
CapabilityStatement_Endpoint: address; CapabilityStatement_Implementation: description
CapabilityStatement_Interaction: code; CapabilityStatement_Operation: name
CapabilityStatement_Resource: type; CapabilityStatement_Rest: mode
CapabilityStatement_SearchParam: name type; CapabilityStatement_Software: name
CapabilityStatement_SupportedMessage: mode
CarePlan: intent status; CarePlan_Detail: status
CatalogEntry: orderable; CatalogEntry_RelatedEntry: relationtype
ChargeItem: status
ChargeItemDefinition: status url; ChargeItemDefinition_PriceComponent: type
Claim: created status use; Claim_Accident: date; Claim_CareTeam: sequence; Claim_Detail: sequence
Claim_Diagnosis: sequence diagnosis[x]; Claim_Insurance: focal sequence; Claim_Item: sequence
Claim_Procedure: sequence procedure[x]; Claim_SubDetail: sequence; Claim_SupportingInfo: sequence
ClaimResponse: created outcome status use; ClaimResponse_Detail: detailSequence
ClaimResponse_Insurance: focal sequence; ClaimResponse_Item: itemSequence; ClaimResponse_ProcessNote: text
ClaimResponse_SubDetail: subDetailSequence
ClinicalImpression: status
CodeSystem: content status; CodeSystem_Concept: code; CodeSystem_Designation: value
CodeSystem_Filter: code operator value; CodeSystem_Property: code type
Communication: status; Communication_Payload: content[x]
CommunicationRequest: status; CommunicationRequest_Payload: content[x]
CompartmentDefinition: code name search status url; CompartmentDefinition_Resource: code
Composition: date status title; Composition_Attester: mode; Composition_RelatesTo: code target[x]
ConceptMap: status; ConceptMap_DependsOn: property value; ConceptMap_Target: equivalence
ConceptMap_Unmapped: mode
Consent: status; Consent_Data: meaning; Consent_Verification: verified
Contract_Answer: value[x]; Contract_ContentDefinition: publicationStatus; Contract_Friendly: content[x]
Contract_Legal: content[x]; Contract_Rule: content[x]
Contributor: name type
Coverage: status; Coverage_Class: value; Coverage_CostToBeneficiary: value[x]
CoverageEligibilityRequest: created purpose status; CoverageEligibilityRequest_SupportingInfo: sequence
CoverageEligibilityResponse: created outcome purpose status
DataRequirement: type; DataRequirement_Sort: direction path
DetectedIssue: status
DeviceDefinition_DeviceName: name type; DeviceDefinition_Specialization: systemType
DeviceDefinition_UdiDeviceIdentifier: deviceIdentifier issuer jurisdiction
DeviceMetric: category
DeviceRequest: intent code[x]
DeviceUseStatement: status
Device_DeviceName: name type; Device_Version: value
DiagnosticReport: status
DocumentManifest: status
DocumentReference: status; DocumentReference_RelatesTo: code
ElementDefinition: path; ElementDefinition_Base: max min path; ElementDefinition_Binding: strength
ElementDefinition_Constraint: human key severity; ElementDefinition_Discriminator: path type
ElementDefinition_Example: label value[x]; ElementDefinition_Mapping: identity map
ElementDefinition_Slicing: rules; ElementDefinition_Type: code
Encounter: status; Encounter_StatusHistory: status
Endpoint: address status
EpisodeOfCare: status; EpisodeOfCare_StatusHistory: status
EventDefinition: status
ExampleScenario: status; ExampleScenario_Actor: actorId type; ExampleScenario_Alternative: title
ExampleScenario_ContainedInstance: resourceId; ExampleScenario_Instance: resourceId resourceType
ExampleScenario_Operation: number; ExampleScenario_Process: title
ExampleScenario_Version: description versionId
ExplanationOfBenefit: created outcome status use; ExplanationOfBenefit_CareTeam: sequence
ExplanationOfBenefit_Detail: sequence; ExplanationOfBenefit_Diagnosis: sequence diagnosis[x]
ExplanationOfBenefit_Insurance: focal; ExplanationOfBenefit_Item: sequence
ExplanationOfBenefit_Procedure: sequence procedure[x]; ExplanationOfBenefit_SubDetail: sequence
ExplanationOfBenefit_SupportingInfo: sequence
Expression: language
Extension: url
FamilyMemberHistory: status
Flag: status
Goal: lifecycleStatus
GraphDefinition: name start status; GraphDefinition_Compartment: code rule use; GraphDefinition_Target: type
Group: actual type; Group_Characteristic: exclude value[x]
GuidanceResponse: status module[x]
HealthcareService_NotAvailable: description
ImagingStudy: status; ImagingStudy_Instance: uid; ImagingStudy_Series: uid
Immunization: status occurrence[x]; Immunization_ProtocolApplied: doseNumber[x]
ImmunizationEvaluation: status
ImmunizationRecommendation: date; ImmunizationRecommendation_DateCriterion: value
ImplementationGuide: fhirVersion name packageId status url; ImplementationGuide_Global: type
ImplementationGuide_Grouping: name; ImplementationGuide_Parameter: code value
ImplementationGuide_Template: code source
Invoice: status; Invoice_LineItem: chargeItem[x]; Invoice_PriceComponent: type
Library: status
Linkage_Item: type
List: mode status
Location_Position: latitude longitude
Measure: status
MeasureReport: status type
Media: status
MedicationAdministration: status effective[x] medication[x]
MedicationDispense: status medication[x]; MedicationDispense_Substitution: wasSubstituted
MedicationKnowledge_Ingredient: item[x]; MedicationKnowledge_PatientCharacteristics: characteristic[x]
MedicationKnowledge_Substitution: allowed
MedicationRequest: intent status medication[x]; MedicationRequest_Substitution: allowed[x]
MedicationStatement: status medication[x]
Medication_Ingredient: item[x]
MedicinalProduct_Name: productName; MedicinalProduct_NamePart: part
MessageDefinition: date status event[x]; MessageDefinition_Focus: code min
MessageHeader: event[x]; MessageHeader_Destination: endpoint; MessageHeader_Response: code identifier
MessageHeader_Source: endpoint
MolecularSequence: coordinateSystem; MolecularSequence_Quality: type; MolecularSequence_Repository: type
NamingSystem: date kind name status; NamingSystem_UniqueId: type value
Narrative: status
NutritionOrder: dateTime intent status
Observation: status
OperationDefinition: code instance kind name status system type; OperationDefinition_Binding: strength
OperationDefinition_Parameter: max min name use; OperationDefinition_ReferencedFrom: source
OperationOutcome_Issue: code severity
ParameterDefinition: type use
Parameters_Parameter: name
Patient_Link: type
PaymentNotice: created status
PaymentReconciliation: created paymentDate status
PlanDefinition: status; PlanDefinition_Condition: kind; PlanDefinition_Participant: type
PlanDefinition_RelatedAction: actionId relationship
PractitionerRole_NotAvailable: description
Procedure: status
Provenance: recorded; Provenance_Entity: role
Questionnaire: status; Questionnaire_AnswerOption: value[x]
Questionnaire_EnableWhen: operator question answer[x]; Questionnaire_Initial: value[x]
Questionnaire_Item: linkId type
QuestionnaireResponse: status; QuestionnaireResponse_Item: linkId
RelatedArtifact: type
RequestGroup: intent status; RequestGroup_Condition: kind; RequestGroup_RelatedAction: actionId relationship
ResearchDefinition: status
ResearchElementDefinition: status type; ResearchElementDefinition_Characteristic: definition[x]
ResearchStudy: status; ResearchStudy_Arm: name
ResearchSubject: status
RiskAssessment: status
SampledData: dimensions period
SearchParameter: base code description name status type url; SearchParameter_Component: expression
ServiceRequest: intent status
Signature: when
Slot: end start status
SpecimenDefinition_Additive: additive[x]; SpecimenDefinition_TypeTested: preference
StructureDefinition: abstract kind name status type url; StructureDefinition_Context: expression type
StructureDefinition_Mapping: identity
StructureMap: name status url; StructureMap_Dependent: name variable; StructureMap_Group: name typeMode
StructureMap_Input: mode name; StructureMap_Parameter: value[x]; StructureMap_Rule: name
StructureMap_Source: context; StructureMap_Structure: mode
Subscription: criteria reason status; Subscription_Channel: type
Substance_Ingredient: substance[x]
SupplyRequest: item[x]
Task: intent status; Task_Input: value[x]; Task_Output: value[x]
TerminologyCapabilities: date kind status; TerminologyCapabilities_Filter: code op
TerminologyCapabilities_Implementation: description; TerminologyCapabilities_Parameter: name
TerminologyCapabilities_Software: name; TerminologyCapabilities_Translation: needsMap
TerminologyCapabilities_ValidateCode: translations
TriggerDefinition: type
UsageContext: value[x]
ValueSet: status; ValueSet_Concept: code; ValueSet_Designation: value; ValueSet_Expansion: timestamp
ValueSet_Filter: op property value; ValueSet_Parameter: name
VerificationResult: status
VisionPrescription: created dateWritten status; VisionPrescription_LensSpecification: eye
VisionPrescription_Prism: amount base
"""


def required_elements() -> Iterator[tuple[str, str]]:
    """Each (definition, element) of the table."""
    for line in _TABLE.split("\n"):
        for part in line.split(";"):
            definition, _, elements = part.strip().partition(":")
            for element in elements.split():
                yield definition, element
