-- The key database: wrapped keys and nothing else. Its backup is kept for days only, so that destroying a
-- key makes restored record backups unreadable.

create table key (
    key_id text primary key,
    kind text not null check (kind in ('subject', 'day')),
    wrapped bytea,                      -- null once destroyed
    created_at timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz
);
create unique index key_live on key (key_id) where wrapped is not null;
