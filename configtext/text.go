package configtext

// The texts: what stands in a file of each kind. Keys are the API's words wherever it has one.

// Condition is one condition of a rule.
type Condition struct {
	Field    string `text:"field,required" help:"What is asked for, in the API's words; a custom field is custom_fields_[its title]."`
	Operator string `text:"operator" help:"How it is compared, in the API's words." enum:"is|is_not|less_than|greater_than|less_than_equal|greater_than_equal|includes|not_includes|includes_string|not_includes_string|present|not_present|changed|not_changed|value|value_previous|not_value|not_value_previous|changed_to|changed_from|not_changed_to|not_changed_from|within_previous_n_days|within_next_n_days|is_business_hours|less_than_business_hours|greater_than_business_hours"`
	Value    Value  `text:"value" help:"What it is compared with: names of groups, forms and the like, people by their address."`
}

// Conditions are those of a rule: all of the first must hold, and one of the second where there are any.
type Conditions struct {
	All []Condition `text:"all" help:"All of these must hold."`
	Any []Condition `text:"any" help:"One of these must hold."`
}

// Action is one thing a rule does.
type Action struct {
	Field string `text:"field,required" help:"What is done, in the API's words; a custom field is custom_fields_[its title]."`
	Value Value  `text:"value" help:"With which value. Notices: a list of recipient, subject and body."`
}

// Restriction is who sees a macro or view.
type Restriction struct {
	Groups []string `text:"groups,required" help:"The groups whose members see it."`
}

type triggerText struct {
	Title       string     `text:"title,required" help:"Its name."`
	Reference   string     `text:"reference" help:"The name by which other files mean it, where another has the same title."`
	Description string     `text:"description" help:"What it is for."`
	Category    string     `text:"category" help:"The category it stands in; its own line among trigger_categories of order.yaml."`
	Active      bool       `text:"active" default:"true" help:"Whether it looks at updates."`
	Conditions  Conditions `text:"conditions,required" help:"When it fires."`
	Actions     []Action   `text:"actions,required" help:"What it does, in this order."`
}

type automationText struct {
	Title      string     `text:"title,required" help:"Its name."`
	Reference  string     `text:"reference" help:"The name by which other files mean it, where another has the same title."`
	Active     bool       `text:"active" default:"true" help:"Whether it acts."`
	Conditions Conditions `text:"conditions,required" help:"On which tickets it acts; at least one condition is about time."`
	Actions    []Action   `text:"actions,required" help:"What it does, in this order."`
}

type macroText struct {
	Title       string       `text:"title,required" help:"Its name; A::B files B under A."`
	Reference   string       `text:"reference" help:"The name by which other files mean it, where another has the same title."`
	Description string       `text:"description" help:"What it is for."`
	Active      bool         `text:"active" default:"true" help:"Whether agents can apply it."`
	Restriction *Restriction `text:"restriction" help:"Who sees it; without it all staff."`
	Actions     []Action     `text:"actions,required" help:"What it does, in this order."`
}

type viewText struct {
	Title       string       `text:"title,required" help:"Its name."`
	Reference   string       `text:"reference" help:"The name by which other files mean it, where another has the same title."`
	Description string       `text:"description" help:"What it is for."`
	Active      bool         `text:"active" default:"true" help:"Whether it is offered."`
	Restriction *Restriction `text:"restriction" help:"Who sees it; without it all staff."`
	Conditions  Conditions   `text:"conditions,required" help:"Which tickets it lists."`
	Columns     []string     `text:"columns,required" help:"What it shows, in the API's words; a custom field is custom_fields_[its title]."`
	GroupBy     string       `text:"group_by" help:"The column by which tickets are grouped."`
	GroupOrder  string       `text:"group_order" enum:"asc|desc" help:"The order of the groups."`
	SortBy      string       `text:"sort_by" help:"The column by which tickets are sorted."`
	SortOrder   string       `text:"sort_order" enum:"asc|desc" help:"The order of the tickets."`
}

type policyText struct {
	Title          string       `text:"title,required" help:"Its name."`
	Reference      string       `text:"reference" help:"The name by which other files mean it, where another has the same title."`
	Description    string       `text:"description" help:"What it is for."`
	Filter         Conditions   `text:"filter" help:"For which tickets it is; without it for all."`
	Metrics        []targetText `text:"policy_metrics" help:"What is promised."`
	PartnerReplies bool         `text:"partner_replies" default:"true" help:"A partner's public comment answers the customer."`
	PartnerPauses  bool         `text:"partner_pauses" help:"No time counts while the partner has the ball."`
}

type targetText struct {
	Priority string `text:"priority,required" enum:"low|normal|high|urgent" help:"Of which tickets."`
	Metric   string `text:"metric,required" enum:"first_reply_time|next_reply_time|periodic_update_time|pausable_update_time|requester_wait_time|agent_work_time|total_resolution_time" help:"What is measured."`
	Seconds  int    `text:"target_in_seconds,required" help:"Within how many seconds."`
	Business bool   `text:"business_hours" help:"Counts business hours only."`
}

type optionText struct {
	Name    string `text:"name,required" help:"What people read."`
	Value   string `text:"value,required" help:"Its tag."`
	Default bool   `text:"default" help:"Chosen unless somebody chooses another."`
}

type fieldText struct {
	Title            string       `text:"title,required" help:"Its name."`
	Reference        string       `text:"reference" help:"The name by which other files mean it, where another has the same title."`
	Type             string       `text:"type,required" enum:"text|textarea|checkbox|date|integer|decimal|regexp|partialcreditcard|tagger|multiselect|lookup|subject|description|status|tickettype|priority|group|assignee" help:"Its type; it stays. The last seven are fields that every ticket has."`
	Description      string       `text:"description" help:"What end users read."`
	AgentDescription string       `text:"agent_description" help:"What agents read."`
	Active           bool         `text:"active" default:"true" help:"Whether it is in use."`
	Required         bool         `text:"required" help:"Agents must fill it in to solve a ticket."`
	TitleInPortal    string       `text:"title_in_portal" help:"What end users read as its name; without it the title."`
	VisibleInPortal  bool         `text:"visible_in_portal" help:"End users see it."`
	EditableInPortal bool         `text:"editable_in_portal" help:"End users fill it in."`
	RequiredInPortal bool         `text:"required_in_portal" help:"End users must fill it in."`
	Regexp           string       `text:"regexp_for_validation" help:"Of a regexp field: the pattern."`
	Tag              string       `text:"tag" help:"Of a checkbox: the tag that a tick adds."`
	Target           string       `text:"relationship_target_type" enum:"zen:user|zen:organization|zen:ticket" help:"Of a lookup field: what it points to."`
	Options          []optionText `text:"custom_field_options" help:"Of a dropdown (tagger) or multiselect: what can be chosen."`
}

type personFieldText struct {
	Key         string       `text:"key,required" help:"Names it for clients; it stays."`
	Title       string       `text:"title,required" help:"Its name."`
	Type        string       `text:"type,required" enum:"text|textarea|checkbox|date|integer|decimal|regexp|tagger|multiselect|lookup" help:"Its type; it stays."`
	Description string       `text:"description" help:"What it is for."`
	Active      bool         `text:"active" default:"true" help:"Whether it is in use."`
	Regexp      string       `text:"regexp_for_validation" help:"Of a regexp field: the pattern."`
	Tag         string       `text:"tag" help:"Of a checkbox: the tag that a tick adds."`
	Target      string       `text:"relationship_target_type" enum:"zen:user|zen:organization|zen:ticket" help:"Of a lookup field: what it points to."`
	Options     []optionText `text:"custom_field_options" help:"Of a dropdown (tagger) or multiselect: what can be chosen."`
}

type formText struct {
	Name           string   `text:"name,required" help:"Its name."`
	Reference      string   `text:"reference" help:"The name by which other files mean it, where another has the same name."`
	DisplayName    string   `text:"display_name" help:"What end users read as its name."`
	Active         bool     `text:"active" default:"true" help:"Whether it is in use."`
	Default        bool     `text:"default" help:"Tickets that name no form have this one. One form is the default."`
	EndUserVisible bool     `text:"end_user_visible" help:"End users are offered it."`
	Fields         []string `text:"ticket_fields" help:"The titles of its fields, in this order."`

	AgentConditions   []formConditionText `text:"agent_conditions" help:"What agents are asked for depending on other fields."`
	EndUserConditions []formConditionText `text:"end_user_conditions" help:"What end users are asked for depending on other fields."`
}

type formConditionText struct {
	Field string                 `text:"field,required" help:"The title of the field on which it hangs."`
	Value string                 `text:"value,required" help:"What that field says: an option's tag, true or false, a type or a priority."`
	Show  []conditionalFieldText `text:"show,required" help:"The fields that are shown then; unless a condition shows them they are hidden."`
}

type conditionalFieldText struct {
	Field      string   `text:"field,required" help:"Its title."`
	Required   bool     `text:"required" help:"It must be filled in; by agents, to solve, unless required_on_statuses says when."`
	RequiredOn []string `text:"required_on_statuses" enum:"new|open|pending|hold|solved" help:"Of agents: for which statuses it must be filled in."`
}

type groupText struct {
	Name        string `text:"name,required" help:"Its name."`
	Reference   string `text:"reference" help:"The name by which other files mean it, where another has the same name."`
	Description string `text:"description" help:"What it is for."`
	Default     bool   `text:"default" help:"New agents join it. One group is the default."`
	Public      bool   `text:"is_public" default:"true" help:"All agents see its tickets; it stays."`
}

type scheduleText struct {
	Name     string        `text:"name,required" help:"Its name."`
	TimeZone string        `text:"time_zone,required" help:"Such as Europe/Berlin."`
	Default  bool          `text:"default" help:"Counts for tickets that have no other. It is the oldest one."`
	Hours    weekText      `text:"hours" help:"When the desk works, such as 09:00-12:00, 13:00-17:30."`
	Holidays []holidayText `text:"holidays" help:"Days on which nobody works."`
}

type weekText struct {
	Monday    string `text:"monday" help:"Such as 09:00-12:00, 13:00-17:30."`
	Tuesday   string `text:"tuesday"`
	Wednesday string `text:"wednesday"`
	Thursday  string `text:"thursday"`
	Friday    string `text:"friday"`
	Saturday  string `text:"saturday"`
	Sunday    string `text:"sunday"`
}

type holidayText struct {
	Name  string `text:"name,required" help:"Its name."`
	Start string `text:"start_date,required" help:"Its first day, such as 2026-12-25."`
	End   string `text:"end_date,required" help:"Its last day."`
}

type addressText struct {
	Email   string   `text:"email,required" help:"The address; it stays. Without an @ it is at the account's own host."`
	Name    string   `text:"name" help:"What stands before the address in From; without it the account's name."`
	Default bool     `text:"default" help:"Mail goes out from it where the ticket names none. One address is the default."`
	Group   string   `text:"group" help:"The group of new tickets."`
	Tags    []string `text:"tags" help:"The tags of new tickets."`
}

type webhookText struct {
	Name          string            `text:"name,required" help:"Its name."`
	Reference     string            `text:"reference" help:"The name by which other files mean it, where another has the same name."`
	Description   string            `text:"description" help:"What it is for."`
	Endpoint      string            `text:"endpoint,required" help:"Where requests go."`
	Method        string            `text:"http_method" default:"POST" enum:"GET|POST|PUT|PATCH|DELETE" help:"How they go."`
	Format        string            `text:"request_format" default:"json" enum:"json|xml|form_encoded" help:"How their body is written."`
	Active        bool              `text:"active" default:"true" help:"Whether it is called."`
	Subscriptions []string          `text:"subscriptions" help:"What it hears of: conditional_ticket_events of rules, or types of events."`
	Headers       map[string]string `text:"custom_headers" help:"Headers of each request. They are no place for keys."`
	Auth          *authText         `text:"authentication" help:"How requests prove who they come from. The secret stands in no file."`
	TargetType    string            `text:"target_type" enum:"http_target|url_target" help:"Of what was made as a target."`
	Attribute     string            `text:"attribute" help:"Of a url_target: the parameter that has the message."`
}

type authText struct {
	Type  string `text:"type,required" enum:"basic_auth|bearer_token|api_key" help:"In which way."`
	Name  string `text:"name" help:"The user of basic_auth, or the name of an api_key."`
	KeyIn string `text:"add_position" enum:"header|query_string" help:"Where an api_key stands."`
}

type agreementText struct {
	Name        string            `text:"name,required" help:"What we call the partner."`
	Reference   string            `text:"reference" help:"The name by which other files mean it, where another has the same name."`
	Subdomain   string            `text:"remote_subdomain" help:"The partner's account on this server; it stays."`
	SharingURL  string            `text:"sharing_url" help:"The partner's sharing address elsewhere; it stays."`
	Ended       bool              `text:"ended" help:"It is over: tickets are not shared under it, and it is not made anew."`
	Public      bool              `text:"allows_public_comments" default:"true" help:"The receiver may comment publicly; it stays."`
	Tags        bool              `text:"sync_tags" default:"true" help:"Tags travel; it stays."`
	Fields      bool              `text:"sync_custom_fields" default:"true" help:"Values of custom fields travel; it stays."`
	ShareNotes  bool              `text:"share_private_notes" default:"true" help:"Private notes travel."`
	PassNotes   bool              `text:"pass_private_notes" help:"Other partners' private notes travel to this one."`
	PeopleLimit int               `text:"people_limit" default:"50" help:"How many unknown people one message may bring."`
	Dialect     string            `text:"dialect" enum:"rt" help:"How the partner's software wants to be spoken to, where that is said and not found out."`
	StatusMap   map[string]string `text:"status_map" enum:"new|open|pending|hold|solved" help:"The partner's words for statuses, and ours."`
	Tracker     *trackerText      `text:"tracker" help:"Of a bug tracker: which project, and what issues get. The token stands in no file."`
	Map         *mapText          `text:"map" help:"How what the partner sees differs from what stands here."`
}

type trackerText struct {
	Kind         string   `text:"kind,required" enum:"github|gitea|gitlab|redmine" help:"Its software; it stays."`
	URL          string   `text:"url,required" help:"Where it is; it stays."`
	Project      string   `text:"project,required" help:"The project; it stays."`
	Labels       []string `text:"labels" help:"What issues get."`
	Confidential bool     `text:"confidential" help:"Issues are seen by members of the project only."`
	KeepOpen     bool     `text:"keep_open" help:"An issue stays open when its ticket is solved."`
	Closed       string   `text:"closed_status" enum:"open|pending|hold|solved" help:"What a ticket becomes when its issue is closed."`
	Reopened     string   `text:"reopened_status" enum:"open|pending|hold|solved" help:"What it becomes when its issue is opened again."`
}

type mapText struct {
	Redaction []detectorText `text:"redaction" help:"What must not leave."`
	Customers string         `text:"customers" enum:"initials|none" help:"How the partner hears of customers, where not by their names."`
	Files     *filesText     `text:"attachments" help:"Which files go along; without it all."`
	Tags      *tagsText      `text:"tags" help:"Which tags go to the partner, and how they are called there."`
	Fields    []fieldMapText `text:"fields" help:"Custom fields that are others there, or have other values."`
}

type detectorText struct {
	Kind    string `text:"detector,required" help:"What it finds; pattern finds a pattern of your own."`
	Name    string `text:"name" help:"Of an own pattern: what partners read in the place of what it finds."`
	Pattern string `text:"pattern" help:"Of an own pattern."`
	Action  string `text:"action,required" enum:"mask|drop|hold" help:"What happens to what it finds."`
}

type filesText struct {
	None    bool     `text:"none" help:"None go along."`
	Types   []string `text:"types" help:"Those of these types, such as image/*."`
	MaxSize int      `text:"max_size" help:"Those that are no larger, in bytes."`
}

type tagsText struct {
	Allow  []string          `text:"allow" help:"These and no others."`
	Prefix string            `text:"prefix" help:"What stands before them there."`
	Rename map[string]string `text:"rename" help:"Tags here, and there."`
}

type fieldMapText struct {
	Field    string            `text:"field,required" help:"Its title here."`
	As       string            `text:"as" help:"Its title there."`
	Values   map[string]string `text:"values" help:"Values here, and there."`
	Default  string            `text:"default" help:"What other values are there."`
	Constant string            `text:"constant" help:"What it says there of each ticket."`
	NotSent  bool              `text:"not_sent" help:"It stays here."`
	Owner    string            `text:"owner" enum:"ours|theirs" help:"Whose word on it counts, where not both's."`
}

// orderText is the file order.yaml: in which order things run or are shown. What it does not name comes last.
type orderText struct {
	Categories         []string `text:"trigger_categories" help:"The categories of triggers. Those of triggers are made when they stand here."`
	Triggers           []string `text:"triggers" help:"Triggers in the order they run."`
	Automations        []string `text:"automations" help:"Automations in the order they run."`
	Macros             []string `text:"macros" help:"Macros in their order."`
	Views              []string `text:"views" help:"Views in their order."`
	TicketFields       []string `text:"ticket_fields" help:"Ticket fields in their order."`
	UserFields         []string `text:"user_fields" help:"Fields of people in their order, by key."`
	OrganizationFields []string `text:"organization_fields" help:"Fields of organizations in their order, by key."`
	Forms              []string `text:"ticket_forms" help:"Forms in their order."`
	Policies           []string `text:"sla_policies" help:"Policies of service levels in the order they are tried."`
}
