-- Sources in depth: possible matches, links with a reason, whole tellings, scorecards, breakers, silence.

-- ---- who is who
alter table subject add column sealed_who bytea;      -- demographics to compare with, under the subject's own key
alter table subject add column revision integer not null default 0;  -- how often it was described
alter table subject add column own_person text;       -- the person that it is when it is linked to nobody
alter table subject add column beside text references subject;  -- its sender named this one's person for it
alter table subject add column told_at timestamptz;   -- when its source told what is kept here
alter table subject add column traced_at timestamptz; -- when the demographics service last answered about it
update subject s set own_person = l.person_id from link l
    where l.subject_id = s.subject_id and l.rule = 'first-statement';
update subject s set beside = (
    select o.subject_id from link l join link o on o.person_id = l.person_id and o.rule = 'first-statement'
    where l.subject_id = s.subject_id and l.rule = 'named-by-sender' limit 1);
update subject set own_person = replace(gen_random_uuid()::text, '-', '') where own_person is null;
alter table subject alter column own_person set not null;
create unique index subject_own_person on subject (own_person);
create index subject_beside on subject (beside) where beside is not null;
create index subject_traced on subject (traced_at) where not unknown_identity;
alter table link add column reason text not null default '';

-- What sources say of two of their own local ids. A merge may come before either is known: it waits here.
create table number_merge (
    losing text not null,                             -- keyed hashes, as subject.local_key
    surviving text not null,
    source text not null,
    at timestamptz not null,                          -- of the newest that was said of these two
    undone boolean not null,
    primary key (losing, surviving)
);
create index number_merge_surviving on number_merge (surviving);

-- Pairs that may be one person, and what people decided about them. A pair that is linked or apart is what
-- grouping goes by; a pair that two people must join is never listed.
create table possible_match (
    match_id text primary key,
    subject_a text not null references subject,       -- the two in order, so that a pair is there once
    subject_b text not null references subject,
    score integer not null,                           -- 0 to 100
    reasons text[] not null,                          -- codes of the rules that spoke for and against; no values
    state text not null default 'open' check (state in ('open', 'linked', 'apart', 'undone')),
    by_two boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    check (subject_a < subject_b),
    unique (subject_a, subject_b)
);
create index possible_match_open on possible_match (score desc, match_id) where state in ('open', 'undone');
create index possible_match_b on possible_match (subject_b);
create table verdict (
    verdict_id text primary key,
    match_id text not null references possible_match,
    act_id text not null,                             -- what was decided together is undone together
    verdict text not null check (verdict in ('link', 'apart', 'join', 'undo')),
    made_by text not null,
    organisation text not null,
    because text not null,
    at timestamptz not null default clock_timestamp()
);
create index verdict_match on verdict (match_id, at);
create index verdict_act on verdict (act_id);

-- Whom to compare with whom, since when: filled beside what is kept, emptied by a timed task.
create table to_match (
    subject_id text primary key references subject
);

-- ---- what was told
alter table statement add column coded boolean;       -- by a national or international code; null: has none
alter table statement add column alarm boolean not null default false;  -- came without a label it should have

-- Whole tellings. A fact that the newest whole telling no longer has is absent: none of its versions is live
-- until it is told again. Rows are dated, so that it can be said since when and by which telling.
create table absence (
    subject_id text not null references subject,
    statement_id text not null,
    source text not null,
    since timestamptz not null,
    until_at timestamptz,
    primary key (subject_id, statement_id, since)
);
create index absence_now on absence (source) where until_at is null;

-- Missing from the newest whole telling, and still live until somebody says that it is gone.
create table doubt (
    subject_id text not null references subject,
    statement_id text not null,
    source text not null,
    telling text not null,
    primary key (subject_id, statement_id)
);
create index doubt_of on doubt (source, telling);

-- One person's file: when it last came whole.
create table whole (
    subject_id text not null references subject,
    source text not null,
    at timestamptz not null,
    primary key (subject_id, source)
);

-- A re-sent return: each file and the window that it covers, and which of them last told a statement.
create table telling (
    source text not null,
    telling text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    refused boolean not null,           -- a part of it could not be understood: what is missing may be there
    closed_at timestamptz,
    primary key (source, telling)
);
create table told_in (
    subject_id text not null references subject,
    statement_id text not null,
    source text not null,
    telling text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    at timestamptz not null,
    primary key (subject_id, statement_id)
);
create index told_in_window on told_in (source, window_end);

alter table raw add column name text not null default '';  -- of the file or its part: rows are numbered by it
alter table raw add column kept_at timestamptz not null default clock_timestamp();
drop index raw_waiting;
create index raw_waiting on raw (kept_at) where state = 'kept';
alter table raw drop constraint raw_state_check;
alter table raw add constraint raw_state_check
    check (state in ('kept', 'translated', 'refused', 'repeated', 'expired'));
alter table review drop constraint review_kind_check;
alter table review add constraint review_kind_check
    check (kind in ('refusal', 'wrong-person', 'vanished'));
alter table review drop constraint review_state_check;
alter table review add constraint review_state_check
    check (state in ('open', 'replayed', 'closed', 'accepted', 'expired'));
alter table review add column because text not null default '';
create index review_raw on review (raw_id) where state = 'open';

-- A reading again of refused input: asked for on a page or by the command, done by a worker, resumed by another.
create table replay (
    run_id text primary key,
    controller text not null,           -- whose entries; '' = of the whole place
    asked_by text not null,
    review_id text not null default '', -- which entries: '' = any
    raw_id text not null default '',
    source text not null default '',
    field text not null default '',
    reason text not null default '',
    total integer not null,
    done integer not null default 0,
    kept integer not null default 0,
    still_refused integer not null default 0,
    after integer,                      -- entries that fit when it was finished
    last_received timestamptz,          -- of the raw input that was read last, with its id: where to go on
    last_raw text not null default '',
    started_at timestamptz not null default clock_timestamp(),
    touched_at timestamptz,
    finished_at timestamptz
);
create index replay_unfinished on replay (started_at) where finished_at is null;

-- ---- how a source does
alter table source_state add column as_at date;       -- of a return for statistics
alter table source_state add column failures integer not null default 0;
alter table source_state add column retry_at timestamptz;  -- the breaker: not asked again before
alter table source_state add column silent_since timestamptz;  -- alerted, until it speaks again
alter table source_state add column known_since timestamptz not null default clock_timestamp();
alter table outbox add column source text not null default '';  -- of a change in how a source does, about nobody
