package api

import "interdesk/desk"

// viaJSON is where something came from, as clients read it (rules.md §10).
type viaJSON struct {
	Channel string     `json:"channel"`
	Source  sourceJSON `json:"source"`
}

type sourceJSON struct {
	From fromJSON `json:"from"`
	To   toJSON   `json:"to"`
	Rel  *string  `json:"rel"`
}

// fromJSON has only the members that tell something about the channel at hand.
type fromJSON struct {
	Deleted  *bool         `json:"deleted,omitempty"`
	Title    string        `json:"title,omitempty"`
	ID       int64         `json:"id,omitempty"`
	Revision int           `json:"revision_id,omitempty"`
	TicketID desk.TicketID `json:"ticket_id,omitempty"`
	Subject  string        `json:"subject,omitempty"`
	Channel  string        `json:"channel,omitempty"`
	Address  string        `json:"address,omitempty"`
	Name     string        `json:"name,omitempty"`
}

type toJSON struct {
	Address string `json:"address,omitempty"`
}

func viaOf(v desk.Via) viaJSON {
	out := viaJSON{Channel: "api"}
	rel := ""
	switch v.Channel {
	case desk.ChannelWeb:
		out.Channel = "web"
	case desk.ChannelMail:
		out.Channel = "email"
		out.Source.From.Address, out.Source.To.Address = v.From, v.To
	case desk.ChannelRule:
		out.Channel, rel = "rule", "trigger"
		no := false
		out.Source.From = fromJSON{Deleted: &no, Title: v.Title, ID: int64(v.Trigger), Revision: v.Revision}
		if v.Trigger == 0 {
			rel, out.Source.From.ID = "automation", int64(v.Automation)
		}
	case desk.ChannelProblem:
		out.Channel, rel = "system", "problem"
		out.Source.From.TicketID = v.Source
	case desk.ChannelGroupDeletion:
		out.Channel, rel = "system", "group_deletion"
	case desk.ChannelUserChange:
		out.Channel, rel = "system", "user_change"
	case desk.ChannelUserDeletion:
		out.Channel, rel = "system", "user_deletion"
	case desk.ChannelGroupChange:
		out.Channel, rel = "system", "group_change"
	case desk.ChannelMerge:
		out.Channel, rel = "system", "merge"
		out.Source.From.TicketID = v.Source
	case desk.ChannelBatch:
		out.Channel, rel = "web", "batch"
	case desk.ChannelClosed:
		out.Channel, rel = "web", "follow_up"
		out.Source.From = fromJSON{TicketID: v.Source, Subject: v.Title, Channel: "web"}
	case desk.ChannelSharing:
		rel = "ticket_sharing"
		out.Source.From = fromJSON{ID: int64(v.Agreement), Name: v.Partner}
	case desk.ChannelDelivery:
		out.Channel, rel = "system", "sharing"
		out.Source.From = fromJSON{ID: int64(v.Agreement), Name: v.Partner}
	case desk.ChannelImport:
		rel = "import"
	}
	out.Source.Rel = nullString(rel)
	return out
}
