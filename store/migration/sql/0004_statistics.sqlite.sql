-- +goose Up

-- What SQLite's planner takes a desk to look like. Without numbers it believes that an account has ten tickets, and walks
-- a whole index to spare itself the sorting of twenty rows. A later "analyze" replaces this guess by what is there.
-- The numbers of an index: its rows, then how many of them agree in the first column, the first two, and so on.
analyze;
delete from sqlite_stat1;
insert into sqlite_stat1 (tbl, idx, stat) values
  ('tickets', 'sqlite_autoindex_tickets_1', '100000 50000 1'),
  ('tickets', 'tickets_updated', '100000 50000 1 1'),
  ('tickets', 'tickets_created', '100000 50000 1 1'),
  ('tickets', 'tickets_status', '100000 50000 5000 1'),
  ('tickets', 'tickets_priority', '100000 50000 10000 1'),
  ('tickets', 'tickets_assignee', '100000 50000 2000 400 1'),
  ('tickets', 'tickets_group', '100000 50000 10000 2000 1'),
  ('tickets', 'tickets_requester', '100000 50000 20 1'),
  ('tickets', 'tickets_organization', '70000 35000 200 1'),
  ('tickets', 'tickets_external', '20000 10000 1 1'),
  ('tickets', 'tickets_problem', '2000 1000 5 1'),
  ('ticket_tags', 'sqlite_autoindex_ticket_tags_1', '300000 150000 300 1'),
  ('ticket_values', 'sqlite_autoindex_ticket_values_1', '200000 100000 2 1 1'),
  ('ticket_values', 'ticket_values_found', '200000 100000 200 150 1'),
  ('ticket_people', 'sqlite_autoindex_ticket_people_1', '100000 50000 2 2 1'),
  ('ticket_people', 'ticket_people_user', '100000 50000 50 1'),
  ('comments', 'sqlite_autoindex_comments_1', '500000 250000 5 1'),
  ('audits', 'sqlite_autoindex_audits_1', '800000 400000 8 1'),
  ('shares', 'sqlite_autoindex_shares_1', '20000 10000 1'),
  ('shares', 'sqlite_autoindex_shares_2', '20000 10000 1000 1'),
  ('shares', 'shares_uuid', '20000 10000 1'),
  ('shares', 'shares_ticket', '20000 10000 1 1'),
  ('shares', 'shares_agreement', '20000 10000 1000 500 1'),
  ('users', 'sqlite_autoindex_users_1', '20000 10000 1'),
  ('users', 'users_email', '20000 10000 1'),
  ('users', 'users_role', '20000 10000 2000 1'),
  ('users', 'users_organization', '20000 10000 20 1'),
  ('users', 'users_name', '20000 10000 2 1');
analyze sqlite_schema;
