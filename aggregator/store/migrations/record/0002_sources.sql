-- Sources in depth: possible matches, links with a reason, whole tellings, scorecards, breakers, silence.

-- ---- who is who
alter table subject add column sealed_who bytea;      -- demographics to compare with, under the subject's own key
alter table subject add column quarantined boolean not null default false;  -- its number was somebody else's
alter table link add column reason text not null default '';
alter table link add column undoes text references link;

create table possible_match (
    match_id text primary key,
    subject_a text not null references subject,       -- the two in order, so that a pair is there once
    subject_b text not null references subject,
    score real not null,
    reasons text[] not null,                          -- codes of the rules that spoke for and against; no values
    state text not null default 'open' check (state in ('open', 'linked', 'apart', 'undone')),
    created_at timestamptz not null default clock_timestamp(),
    decided_at timestamptz,
    decided_by text,
    because text not null default '',
    check (subject_a < subject_b),
    unique (subject_a, subject_b)
);
create index possible_match_open on possible_match (created_at, match_id) where state = 'open';

-- ---- what was told
alter table statement add column coded boolean;       -- by a national or international code; null: has none
alter table statement add column alarm boolean not null default false;  -- came without a label it should have

-- Which whole telling of a re-sent return last told a statement, and the window that it covered.
create table told_in (
    subject_id text not null references subject,
    statement_id text not null,
    source text not null,
    telling text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    primary key (subject_id, statement_id)
);
create index told_in_window on told_in (source, window_end);

alter table review drop constraint review_kind_check;
alter table review add constraint review_kind_check
    check (kind in ('refusal', 'wrong-person', 'match', 'vanished', 'note'));

-- ---- how a source does
alter table source_state add column as_at date;       -- of a return for statistics
alter table source_state add column failures integer not null default 0;
alter table source_state add column retry_at timestamptz;  -- the breaker: not asked again before
alter table source_state add column silent_since timestamptz;  -- alerted, until it speaks again
