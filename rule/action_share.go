package rule

import (
	"fmt"
	"slices"

	"interdesk/condition"
	"interdesk/desk"
)

// nobody is the value of share_ticket that takes the ticket back from everybody it was shared with from here.
const nobody = "-"

// shareActions: share_ticket is Zendesk's, with the agreement's id; unshare_ticket, an extension, takes the ticket back from
// one partner. An empty value is no partner and no word for nobody: it is refused, for it is what a builder sends in which
// nothing was chosen.
func (t *table) shareActions() []action {
	all := []condition.Option{{Value: nobody, Title: "(nobody: end all sharing)"}}
	return []action{
		{name: "share_ticket", title: "Share ticket with", kind: "list", group: desk.GroupSharing, in: anywhere, repeatable: true,
			values: append(all, t.partners()...), read: readShare, check: checkShare},
		{name: "unshare_ticket", title: "Stop sharing ticket with", kind: "list", group: desk.GroupSharing, in: anywhere, repeatable: true,
			values: t.choices("sent_to"), read: readUnshare, check: checkUnshare},
	}
}

// partners are those with whom tickets can be shared, now or once they accept.
func (t *table) partners() []condition.Option {
	return slices.DeleteFunc(slices.Clone(t.choices("sent_to")), func(o condition.Option) bool {
		n, _ := readID(o.Value)
		return isOver(t.config.Agreements[desk.AgreementID(n)])
	})
}

// isOver tells whether no ticket can be shared under an agreement, unlike a pending one, which may be accepted yet.
func isOver(a desk.Agreement) bool { return !a.Usable() && a.Status != desk.AgreementPending }

func readShare(g actionValue) (preparedAction, string) {
	switch g.text() {
	case "":
		return preparedAction{}, `choose a partner, or nobody: end all sharing ("-")`
	case nobody:
		return fixedEdits(desk.Edits{UnshareAll: true}), ""
	}
	n, message := readID(g.text())
	a := fixedEdits(desk.Edits{Share: []desk.AgreementID{desk.AgreementID(n)}})
	a.partner = desk.AgreementID(n)
	return a, message
}

func readUnshare(g actionValue) (preparedAction, string) {
	if g.text() == "" {
		return preparedAction{}, "choose a partner"
	}
	return readRecordID(func(n int64) desk.Edits { return desk.Edits{Unshare: []desk.AgreementID{desk.AgreementID(n)}} })(g)
}

// checkShare lets a pending agreement pass: until the partner accepts, the rule does nothing and says so.
func checkShare(g actionValue) string {
	if g.text() == nobody {
		return ""
	}
	a, message := outboundAgreement(g)
	if message == "" && isOver(a) {
		return fmt.Sprintf("the agreement with %s is %s: no ticket can be shared under it; choose another partner, or invite them again", a.Name, a.Status)
	}
	return message
}

func checkUnshare(g actionValue) string {
	_, message := outboundAgreement(g)
	return message
}

func outboundAgreement(g actionValue) (desk.Agreement, string) {
	n, _ := readID(g.text())
	a, ok := g.config.Agreements[desk.AgreementID(n)]
	switch {
	case !ok:
		return a, fmt.Sprintf("no sharing agreement has the id %d", n)
	case a.Inbound:
		return a, fmt.Sprintf("the agreement with %s lets them share with you; to share with them, send an invitation of your own", a.Name)
	}
	return a, ""
}
