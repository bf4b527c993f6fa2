-- +goose Up
-- One text for SQLite and PostgreSQL. account_id leads every table and key; times are microseconds UTC; none is 0 or ''.

create table installation (
  name  text not null primary key,
  value text not null
);

create table nodes (
  node_id bigint not null primary key,
  holder  text not null,
  until   bigint not null
);

create table hosts (
  host       text not null primary key,
  account_id bigint not null
);

create table accounts (
  account_id     bigint not null primary key,
  subdomain      text not null,
  name           text not null,
  time_zone      text not null,
  settings       text not null,
  config_version bigint not null,
  rule_set_id    bigint not null,
  created_at     bigint not null
);

create table ticket_sequences (
  account_id bigint not null primary key,
  last       bigint not null
);

create table brands (
  account_id bigint not null,
  brand_id   bigint not null,
  name       text not null,
  subdomain  text not null,
  is_default boolean not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, brand_id)
);

create table users (
  account_id           bigint not null,
  user_id              bigint not null,
  name                 text not null,
  email                text,
  role                 text not null,
  organization_id      bigint not null,
  default_group_id     bigint not null,
  external_id          text,
  phone                text not null,
  alias                text not null,
  details              text not null,
  notes                text not null,
  signature            text not null,
  time_zone            text not null,
  locale               text not null,
  tags                 text not null,
  active               boolean not null,
  suspended            boolean not null,
  verified             boolean not null,
  foreign_agreement_id bigint not null,
  foreign_agent        boolean not null,
  password_hash        text not null,
  created_at           bigint not null,
  updated_at           bigint not null,
  last_login_at        bigint not null,
  primary key (account_id, user_id)
);
create unique index users_email on users (account_id, email);
create unique index users_external on users (account_id, external_id);
create index users_role on users (account_id, role, user_id);
create index users_organization on users (account_id, organization_id, user_id);
create index users_name on users (account_id, name, user_id);

create table tokens (
  account_id   bigint not null,
  token_id     bigint not null,
  user_id      bigint not null,
  hash         text not null,
  description  text not null,
  created_at   bigint not null,
  last_used_at bigint not null,
  primary key (account_id, token_id),
  unique (account_id, hash)
);

create table groups (
  account_id  bigint not null,
  group_id    bigint not null,
  name        text not null,
  description text not null,
  is_default  boolean not null,
  is_public   boolean not null,
  deleted     boolean not null,
  created_at  bigint not null,
  updated_at  bigint not null,
  primary key (account_id, group_id)
);

create table memberships (
  account_id    bigint not null,
  membership_id bigint not null,
  user_id       bigint not null,
  group_id      bigint not null,
  is_default    boolean not null,
  created_at    bigint not null,
  updated_at    bigint not null,
  primary key (account_id, membership_id),
  unique (account_id, user_id, group_id)
);
create index memberships_group on memberships (account_id, group_id, user_id);

create table organizations (
  account_id      bigint not null,
  organization_id bigint not null,
  name            text not null,
  external_id     text,
  domain_names    text not null,
  details         text not null,
  notes           text not null,
  group_id        bigint not null,
  tags            text not null,
  shared_tickets  boolean not null,
  shared_comments boolean not null,
  created_at      bigint not null,
  updated_at      bigint not null,
  primary key (account_id, organization_id),
  unique (account_id, name)
);
create unique index organizations_external on organizations (account_id, external_id);

create table ticket_fields (
  account_id         bigint not null,
  field_id           bigint not null,
  type               text not null,
  title              text not null,
  description        text not null,
  agent_description  text not null,
  position           bigint not null,
  active             boolean not null,
  required           boolean not null,
  title_in_portal    text not null,
  visible_in_portal  boolean not null,
  editable_in_portal boolean not null,
  required_in_portal boolean not null,
  pattern            text not null,
  tag                text not null,
  target             text not null,
  created_at         bigint not null,
  updated_at         bigint not null,
  primary key (account_id, field_id)
);

create table field_options (
  account_id bigint not null,
  option_id  bigint not null,
  field_id   bigint not null,
  name       text not null,
  value      text not null,
  position   bigint not null,
  is_default boolean not null,
  primary key (account_id, option_id),
  unique (account_id, field_id, value)
);

create table ticket_forms (
  account_id       bigint not null,
  form_id          bigint not null,
  name             text not null,
  display_name     text not null,
  position         bigint not null,
  active           boolean not null,
  is_default       boolean not null,
  end_user_visible boolean not null,
  field_ids        text not null,
  created_at       bigint not null,
  updated_at       bigint not null,
  primary key (account_id, form_id)
);

create table trigger_categories (
  account_id  bigint not null,
  category_id bigint not null,
  name        text not null,
  position    bigint not null,
  created_at  bigint not null,
  updated_at  bigint not null,
  primary key (account_id, category_id)
);

create table triggers (
  account_id  bigint not null,
  trigger_id  bigint not null,
  category_id bigint not null,
  position    bigint not null,
  title       text not null,
  description text not null,
  active      boolean not null,
  conditions  text not null,
  actions     text not null,
  revision    bigint not null,
  created_at  bigint not null,
  updated_at  bigint not null,
  primary key (account_id, trigger_id)
);

create table trigger_revisions (
  account_id bigint not null,
  trigger_id bigint not null,
  revision   bigint not null,
  author_id  bigint not null,
  snapshot   text not null,
  created_at bigint not null,
  primary key (account_id, trigger_id, revision)
);

create table rule_sets (
  account_id  bigint not null,
  rule_set_id bigint not null,
  members     text not null,
  created_at  bigint not null,
  primary key (account_id, rule_set_id)
);

create table macros (
  account_id  bigint not null,
  macro_id    bigint not null,
  position    bigint not null,
  title       text not null,
  description text not null,
  active      boolean not null,
  actions     text not null,
  restriction text not null,
  created_at  bigint not null,
  updated_at  bigint not null,
  primary key (account_id, macro_id)
);

create table views (
  account_id  bigint not null,
  view_id     bigint not null,
  position    bigint not null,
  title       text not null,
  description text not null,
  active      boolean not null,
  conditions  text not null,
  output      text not null,
  restriction text not null,
  created_at  bigint not null,
  updated_at  bigint not null,
  primary key (account_id, view_id)
);

-- status_rank and priority_rank count in the order of desk.Statuses and desk.Priorities. tags and field_values repeat what
-- ticket_tags and ticket_values hold, so that one row tells a ticket; what may be long stands last.
create table tickets (
  account_id      bigint not null,
  ticket_id       bigint not null,
  version         bigint not null,
  deleted_at      bigint not null,
  status_rank     bigint not null,
  priority_rank   bigint not null,
  type            text not null,
  requester_id    bigint not null,
  submitter_id    bigint not null,
  assignee_id     bigint not null,
  group_id        bigint not null,
  organization_id bigint not null,
  brand_id        bigint not null,
  form_id         bigint not null,
  problem_id      bigint not null,
  followup_of     bigint not null,
  via_id          bigint not null,
  is_public       boolean not null,
  has_attachments boolean not null,
  has_people      boolean not null,
  has_shares      boolean not null,
  due_at          bigint not null,
  created_at      bigint not null,
  updated_at      bigint not null,
  status_at       bigint not null,
  assigned_at     bigint not null,
  solved_at       bigint not null,
  requester_at    bigint not null,
  assignee_at     bigint not null,
  comment_count   bigint not null,
  reopens         bigint not null,
  replies         bigint not null,
  agent_stations  bigint not null,
  group_stations  bigint not null,
  external_id     text not null,
  recipient       text not null,
  subject         text not null,
  tags            text not null,
  via             text not null,
  field_values    text not null,
  description     text not null,
  primary key (account_id, ticket_id)
);
create index tickets_updated on tickets (account_id, updated_at, ticket_id) where deleted_at = 0;
create index tickets_created on tickets (account_id, created_at, ticket_id) where deleted_at = 0;
create index tickets_status on tickets (account_id, status_rank, ticket_id) where deleted_at = 0;
create index tickets_priority on tickets (account_id, priority_rank, ticket_id) where deleted_at = 0;
create index tickets_assignee on tickets (account_id, assignee_id, status_rank, ticket_id) where deleted_at = 0;
create index tickets_group on tickets (account_id, group_id, status_rank, ticket_id) where deleted_at = 0;
create index tickets_requester on tickets (account_id, requester_id, ticket_id) where deleted_at = 0;
create index tickets_organization on tickets (account_id, organization_id, ticket_id) where deleted_at = 0 and organization_id <> 0;
create index tickets_external on tickets (account_id, external_id, ticket_id) where external_id <> '';
create index tickets_problem on tickets (account_id, problem_id, ticket_id) where problem_id <> 0;

create table ticket_tags (
  account_id bigint not null,
  tag        text not null,
  ticket_id  bigint not null,
  primary key (account_id, tag, ticket_id)
);

-- A value as its text, and as a whole number and in millionths where it is one. found_by is how it is looked up: the
-- first characters, folded.
create table ticket_values (
  account_id bigint not null,
  ticket_id  bigint not null,
  field_id   bigint not null,
  place      bigint not null,
  found_by   text not null,
  value      text not null,
  whole      bigint,
  millionths bigint,
  primary key (account_id, ticket_id, field_id, place)
);
create index ticket_values_found on ticket_values (account_id, found_by, field_id, ticket_id);

create table ticket_people (
  account_id bigint not null,
  ticket_id  bigint not null,
  user_id    bigint not null,
  kind       text not null,
  primary key (account_id, ticket_id, kind, user_id)
);
create index ticket_people_user on ticket_people (account_id, user_id, ticket_id);

create table comments (
  account_id bigint not null,
  ticket_id  bigint not null,
  comment_id bigint not null,
  audit_id   bigint not null,
  author_id  bigint not null,
  is_public  boolean not null,
  local_only boolean not null,
  has_files  boolean not null,
  uuid       text not null,
  via_id     bigint not null,
  via        text not null,
  created_at bigint not null,
  title      text not null, -- the ticket's subject beside its first comment, to be searched with it
  body       text not null,
  html       text not null,
  primary key (account_id, ticket_id, comment_id)
);

create table audits (
  account_id  bigint not null,
  ticket_id   bigint not null,
  audit_id    bigint not null,
  author_id   bigint not null,
  created_at  bigint not null,
  rule_set_id bigint not null,
  via_id      bigint not null,
  via         text not null,
  client      text not null,
  metadata    text not null,
  trace       bytea,
  events      text not null,
  primary key (account_id, ticket_id, audit_id)
);

create table attachments (
  account_id    bigint not null,
  attachment_id bigint not null,
  ticket_id     bigint not null,
  comment_id    bigint not null,
  upload_token  text not null,
  user_id       bigint not null,
  file_name     text not null,
  content_type  text not null,
  size          bigint not null,
  blob          text not null,
  is_inline     boolean not null,
  token         text not null,
  created_at    bigint not null,
  expires_at    bigint not null,
  primary key (account_id, attachment_id),
  unique (account_id, token)
);
create index attachments_comment on attachments (account_id, ticket_id, comment_id);
create index attachments_upload on attachments (account_id, upload_token) where upload_token <> '';

create table agreements (
  account_id           bigint not null,
  agreement_id         bigint not null,
  uuid                 text not null,
  inbound              boolean not null,
  name                 text not null,
  status               text not null,
  deactivated_by       text not null,
  remote_url           text not null,
  local_url            text not null,
  remote_subdomain     text not null,
  access_key           text not null,
  public_comments      boolean not null,
  sync_tags            boolean not null,
  sync_fields          boolean not null,
  share_notes          boolean not null,
  dialect              text not null,
  status_map           text not null,
  paused               boolean not null,
  verified             boolean not null,
  last_seen_at         bigint not null,
  last_error           text not null,
  last_error_at        bigint not null,
  created_at           bigint not null,
  updated_at           bigint not null,
  deleted_at           bigint not null,
  primary key (account_id, agreement_id),
  unique (account_id, uuid)
);

create table actors (
  account_id   bigint not null,
  agreement_id bigint not null,
  uuid         text not null,
  user_id      bigint not null,
  primary key (account_id, agreement_id, uuid)
);
create index actors_user on actors (account_id, user_id);

create table shares (
  account_id     bigint not null,
  share_id       bigint not null,
  agreement_id   bigint not null,
  ticket_id      bigint not null,
  uuid           text not null,
  inbound        boolean not null,
  state          text not null,
  ended_by       text not null,
  reason         text not null,
  remote_id      text not null,
  requester_uuid text not null,
  tags           text not null,
  fields         text not null,
  foreign_fields text not null,
  status         text not null,
  subject        text not null,
  created_at     bigint not null,
  updated_at     bigint not null,
  last_sent_at   bigint not null,
  last_seen_at   bigint not null,
  primary key (account_id, share_id),
  unique (account_id, agreement_id, uuid)
);
create unique index shares_ticket on shares (account_id, ticket_id, agreement_id);
create index shares_agreement on shares (account_id, agreement_id, state, ticket_id);
create index shares_uuid on shares (account_id, uuid);

create table share_comments (
  account_id  bigint not null,
  share_id    bigint not null,
  uuid        text not null,
  comment_id  bigint not null,
  inbound     boolean not null,
  delivery_id bigint not null,
  primary key (account_id, share_id, uuid)
);

create table share_fetches (
  account_id   bigint not null,
  fetch_id     bigint not null,
  share_id     bigint not null,
  ticket_id    bigint not null,
  comment_id   bigint not null,
  url          text not null,
  file_name    text not null,
  content_type text not null,
  created_at   bigint not null,
  primary key (account_id, fetch_id)
);
create index share_fetches_ticket on share_fetches (account_id, ticket_id, comment_id);

create table share_files (
  account_id    bigint not null,
  token         text not null,
  share_id      bigint not null,
  attachment_id bigint not null,
  expires_at    bigint not null,
  primary key (account_id, token)
);
create index share_files_share on share_files (account_id, share_id, attachment_id);

create table deliveries (
  account_id   bigint not null,
  delivery_id  bigint not null,
  agreement_id bigint not null,
  share_id     bigint not null,
  ticket_id    bigint not null,
  job_id       bigint not null,
  inbound      boolean not null,
  kind         text not null,
  method       text not null,
  summary      text not null,
  body         text not null,
  state        text not null,
  attempts     bigint not null,
  code         bigint not null,
  answer       text not null,
  automatic    boolean not null,
  audit_id     bigint not null,
  created_at   bigint not null,
  sent_at      bigint not null,
  done_at      bigint not null,
  primary key (account_id, delivery_id)
);
create index deliveries_share on deliveries (account_id, share_id, delivery_id);
create index deliveries_agreement on deliveries (account_id, agreement_id, state, delivery_id);

create table bulk_jobs (
  account_id bigint not null,
  bulk_id    text not null,
  user_id    bigint not null,
  status     text not null,
  message    text not null,
  total      bigint not null,
  progress   bigint not null,
  results    text not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, bulk_id)
);

create table idempotency_keys (
  account_id bigint not null,
  user_id    bigint not null,
  key        text not null,
  request    text not null,
  ticket_id  bigint not null,
  created_at bigint not null,
  primary key (account_id, user_id, key)
);

-- +goose Down
drop table idempotency_keys;
drop table bulk_jobs;
drop table deliveries;
drop table share_fetches;
drop table share_files;
drop table share_comments;
drop table shares;
drop table actors;
drop table agreements;
drop table attachments;
drop table audits;
drop table comments;
drop table ticket_people;
drop table ticket_values;
drop table ticket_tags;
drop table tickets;
drop table views;
drop table macros;
drop table rule_sets;
drop table trigger_revisions;
drop table triggers;
drop table trigger_categories;
drop table ticket_forms;
drop table field_options;
drop table ticket_fields;
drop table organizations;
drop table memberships;
drop table groups;
drop table tokens;
drop table users;
drop table brands;
drop table ticket_sequences;
drop table accounts;
drop table hosts;
drop table nodes;
drop table installation;
