"""A landlord's housing management system: people, tenancies, homes, repairs. It has no NHS numbers."""
