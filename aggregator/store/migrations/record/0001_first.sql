-- The record database. subject_id comes first in the key of every table that holds statements, and no
-- rule needs a transaction over two subjects. Exempt: raw, review, outbox, audit order, links, sessions.

create table subject (
    subject_id text primary key,
    organisation text not null,
    local_key text not null,            -- keyed hash of (organisation, local id)
    sealed_local_id bytea not null,     -- under the subject's own key
    sealed_number bytea,                -- the NHS number that our own trace verified, under the same key
    key_id text not null,               -- of the subject's key in the key store
    sealed_places bytea,                -- addresses, phones told of this subject, to redact them with
    unknown_identity boolean not null default false,
    location_restricted boolean not null default false,
    birth_date date,                    -- plain: every decision needs it (children, people-and-safety 2)
    death text not null default '' check (death in ('', 'informal', 'formal')),
    traced text not null default '',    -- outcome of our own trace
    trace_digest text not null default '',
    created_at timestamptz not null default clock_timestamp(),
    unique (organisation, local_key)
);

create table link (
    link_id text primary key,
    subject_id text not null references subject,
    person_id text not null,
    since timestamptz not null default clock_timestamp(),
    until timestamptz,
    rule text not null,                 -- how it was made: "first-statement", "traced-number", "merge", "review"
    made_by text not null
);
create unique index link_now on link (subject_id) where until is null;
create index link_person on link (person_id) where until is null;

-- Blocking keys: keyed hashes only. A restricted or invalidated subject has fewer of them.
create table person_key (
    subject_id text not null references subject,
    kind text not null check (kind in ('number', 'name-birth', 'birth-postcode')),
    hash text not null,
    primary key (subject_id, kind, hash)
);
create index person_key_hash on person_key (kind, hash);

create table data_class (
    subject_id text not null references subject,
    class_id text not null,             -- the same for the same five values below
    controller text not null,
    category text not null,
    heading text not null,
    labels text[] not null,             -- opaque ids; their meaning is in the policy tables
    exclusions text[] not null,
    version bigint not null,
    primary key (subject_id, class_id)
);

create table statement (
    subject_id text not null references subject,
    statement_id text not null,         -- keyed hash of (source, identifier, type)
    version integer not null,
    class_id text not null,             -- outside the sealed body, so that a new list can relabel
    type text not null,
    source text not null,
    true_time timestamptz not null,
    received_at timestamptz not null,
    live boolean not null,              -- part of the replayed state: last full version and later partials
    retracts boolean not null,
    partial boolean not null,
    clears text[] not null,
    digest text not null,               -- keyed hash of the content: a repeat adds nothing
    raw_id text not null,
    said text[] not null,               -- labels that the sender itself gave: a push may add, never take away
    body bytea not null,                -- AES-256-GCM; additional data = subject, statement, version
    primary key (subject_id, statement_id, version)
);
create index statement_live on statement (subject_id, class_id) where live;
create index statement_id on statement (statement_id) where live;

create table relationship (
    subject_id text not null references subject,
    organisation text not null,
    kind text not null,
    evidence text not null,             -- keyed hash
    start_at timestamptz not null,
    end_at timestamptz,
    told_at timestamptz,                -- when the source said so; null: it tells how things are now
    user_id text,
    primary key (subject_id, organisation, kind, evidence)
);

create table choice (
    subject_id text not null references subject,
    choice_id text not null,
    controller text not null,
    effect text not null check (effect in ('permit', 'deny')),
    status text not null,
    recorded timestamptz not null,
    start_at timestamptz,
    end_at timestamptz,
    target_organisation text,
    target_category text,
    target_class text,
    target_user text,                   -- one named reader is stopped
    purpose text,
    outcome text not null default '',
    floor_discussed boolean not null default false,
    primary key (subject_id, choice_id)
);

create table emergency (
    session_id text primary key,
    person_id text not null,
    user_id text not null,
    organisation text not null,
    reason text not null,
    sealed_text bytea not null,
    start_at timestamptz not null,
    until_at timestamptz not null
);
create index emergency_person on emergency (person_id, until_at);

create table raw (
    raw_id text primary key,
    source text not null,
    form text not null,
    received_at timestamptz not null,
    day date not null,                  -- names the day key
    content bytea,                      -- null once split per subject
    state text not null default 'kept' check (state in ('kept', 'translated', 'refused', 'repeated'))
);
create index raw_waiting on raw (received_at) where state = 'kept';

create table raw_part (
    subject_id text not null references subject,
    raw_id text not null,
    content bytea not null,
    primary key (subject_id, raw_id)
);

create table review (
    review_id text primary key,
    raw_id text not null,
    source text not null,
    controller text not null,
    kind text not null check (kind in ('refusal', 'wrong-person', 'match')),
    part text not null,
    field text not null,
    reason text not null,
    state text not null default 'open' check (state in ('open', 'replayed', 'closed')),
    created_at timestamptz not null default clock_timestamp(),
    closed_at timestamptz,
    closed_by text
);
create index review_open on review (controller, created_at) where state = 'open';
create unique index review_once on review (raw_id, part, field, reason) where state = 'open';

create table source_state (
    source text primary key,
    cursor text not null default '',
    last_good timestamptz,
    down_since timestamptz,
    down_reason text not null default ''
);

-- When a pull source was last asked about one person.
create table asked (
    subject_id text not null references subject,
    source text not null,
    at timestamptz not null,
    primary key (subject_id, source)
);

create table outbox (
    sequence bigint generated always as identity primary key,
    person_id text not null,
    topic text not null,
    type text not null,
    controller text not null,
    class_id text not null default '',
    at timestamptz not null default clock_timestamp(),
    position bigint unique              -- given by the one relay, after the commit
);
create index outbox_waiting on outbox (sequence) where position is null;
create index outbox_person on outbox (person_id, sequence);

create table session (
    session_key text primary key,       -- hash of the cookie
    sealed bytea not null,              -- the verified claims
    user_id text not null,
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    until_at timestamptz not null
);

create table revoked (
    kind text not null check (kind in ('token', 'user', 'role')),
    key text not null,                  -- token id, user id, or user id and role
    at timestamptz not null default clock_timestamp(),
    primary key (kind, key)
);

create table request (
    client_id text not null,
    request_id text not null,
    digest text not null,
    status integer not null,
    answer bytea not null,
    at timestamptz not null default clock_timestamp(),
    primary key (client_id, request_id)
);

-- One row for each copy of a version: for systems, and for paper. Rows are added, never changed.
create table passport (
    subject_id text not null references subject,   -- the sender's subject: the copies are under its key
    passport_id text not null,
    version integer not null,
    audience text not null,
    person_id text not null,
    recipient text not null,
    frozen_at timestamptz not null,
    frozen_by text not null,
    scope text[] not null,              -- what it was made from: "subject:class:cut,cut"
    statements text[] not null,         -- ids of the statements in it
    digest text not null,               -- SHA-256 of the document
    sealed_document bytea not null,
    sealed_pdf bytea,                   -- for paper only
    primary key (subject_id, passport_id, version, audience)
);
create unique index passport_version on passport (passport_id, version, audience);
create index passport_recipient on passport (subject_id, recipient, audience, frozen_at desc);

create table audit (
    writer text not null,               -- one per database connection; its rows form a chain
    counter bigint not null,
    at timestamptz not null,
    person_id text not null,            -- '' when no person is concerned
    body text not null,                 -- canonical JSON, no clinical content
    mac bytea not null,                 -- keyed hash over the previous row's mac and this row
    kept_at timestamptz not null default clock_timestamp(),  -- the sealer's window; not part of the chain
    primary key (writer, counter)
);
create index audit_person on audit (person_id, at);
create index audit_kept on audit (kept_at);

create table audit_leaf (
    position bigint primary key,
    writer text not null,
    counter bigint not null,
    unique (writer, counter)
);

create table audit_head (
    size bigint primary key,
    root bytea not null,
    frontier bytea not null,            -- the roots of the full subtrees, so that sealing goes on from here
    at timestamptz not null,
    signature bytea not null,
    sealed_at timestamptz not null default clock_timestamp()
);
