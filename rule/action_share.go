package rule

import (
	"fmt"

	"interdesk/condition"
	"interdesk/desk"
)

// shareActions: share_ticket is Zendesk's, with the agreement's id. An empty value or "-" takes the ticket back from
// everybody it was shared with from here; unshare_ticket, an extension, from one partner.
func (t *table) shareActions() []action {
	partners := t.choices("sent_to")
	nobody := condition.Option{Value: "-", Title: "(nobody: end all sharing)"}
	return []action{
		{name: "share_ticket", title: "Share ticket with", kind: "list", in: anywhere, repeatable: true,
			values: append([]condition.Option{nobody}, partners...), read: readShare, check: checkShare},
		{name: "unshare_ticket", title: "Stop sharing ticket with", kind: "list", in: anywhere, repeatable: true, values: partners,
			check: checkAgreement,
			read:  readRecordID(func(n int64) desk.Edits { return desk.Edits{Unshare: []desk.AgreementID{desk.AgreementID(n)}} })},
	}
}

func readShare(g actionValue) (preparedAction, string) {
	if text := g.text(); text == "" || text == "-" {
		return fixedEdits(desk.Edits{UnshareAll: true}), ""
	}
	return readRecordID(func(n int64) desk.Edits { return desk.Edits{Share: []desk.AgreementID{desk.AgreementID(n)}} })(g)
}

func checkShare(g actionValue) string {
	if text := g.text(); text == "" || text == "-" {
		return ""
	}
	return checkAgreement(g)
}

// checkAgreement lets a pending agreement pass: until the partner accepts, the action fails visibly.
func checkAgreement(g actionValue) string {
	n, _ := readID(g.text())
	a, ok := g.config.Agreements[desk.AgreementID(n)]
	switch {
	case !ok:
		return fmt.Sprintf("no sharing agreement has the id %d", n)
	case a.Inbound:
		return fmt.Sprintf("the agreement with %s lets them share with you; to share with them, send an invitation of your own", a.Name)
	}
	return ""
}
