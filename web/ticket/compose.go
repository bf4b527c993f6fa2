package ticket

import (
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Writing is what stands in a composer.
type Writing struct {
	Form      string // id of the form element
	Ticket    desk.TicketID
	Private   bool     // an internal note is being written
	Body      string   // plain text; what there is without script
	HTML      string   // what the rich editor wrote; empty without script
	Tokens    []string // of the uploads that hold the files
	Uploads   []desk.Upload
	Macros    []desk.MacroID
	Share     []desk.AgreementID          // to share with when this is submitted
	Unshare   []desk.AgreementID          // to stop sharing with when this is submitted
	Partners  map[desk.AgreementID]string // names of those that Share and Unshare speak of
	Status    desk.Status                 // that the main button submits as; "" as it is
	Now       desk.Status                 // the ticket's
	Audience  []string                    // partners who read public replies
	AsNotes   []string                    // partners who get public replies as internal notes
	Notes     []string                    // partners who read internal notes too
	To        []string                    // people outside whom a public reply can reach by mail, the requester first
	Desks     []mailedDesk                // those of them that are help desks, with which the ticket could be shared
	CanMail   bool                        // letters go out at all
	Draft     string                      // name of what the browser keeps across reload; "" for nothing
	DraftFrom string                      // name of another draft that this one goes on with
	Kept      bool                        // the words come back with an answer, so that they go before a kept draft
}

// formLimits bound the form of a ticket.
func formLimits() ui.FormLimits {
	return ui.FormLimits{Files: desk.MaxAttachments, Total: 4 * desk.MaxUpload}
}

// sentInput is the input of a file that script has sent before the form.
const sentInput = "sent"

// ReadWriting reads what was written in a composer. Files that came with the form wait in an upload, so that they are not
// lost when the form has to be shown again. What is wrong with them is told in faults.
func ReadWriting(c *ui.Call) (Writing, ui.Faults, error) {
	up, faults, err := c.ReadForm(formLimits())
	if err != nil {
		return Writing{}, nil, err
	}
	w := Writing{Form: FormID, Private: c.Value("public") == "false", Body: strings.ReplaceAll(c.R.FormValue("comment"), "\r\n", "\n"),
		HTML: c.R.FormValue("html"), Kept: true}
	for _, token := range c.R.Form[sentInput] {
		if token != "" && len(w.Tokens) < desk.MaxAttachments && !slices.Contains(w.Tokens, token) {
			w.Tokens = append(w.Tokens, token)
		}
	}
	if up.Token != "" && !slices.Contains(w.Tokens, up.Token) {
		w.Tokens = append(w.Tokens, up.Token)
	}
	for _, id := range c.R.Form["macro"] {
		if m := *parseID[desk.MacroID](id); m != 0 {
			w.Macros = append(w.Macros, m)
		}
	}
	w.Share, w.Unshare = agreementsOf(c.R.Form["share"]), agreementsOf(c.R.Form["unshare"])
	return w, faults, nil
}

func agreementsOf(texts []string) (out []desk.AgreementID) {
	for _, id := range texts {
		if a := *parseID[desk.AgreementID](id); a != 0 && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// IsEmpty tells whether nothing was said.
func (w *Writing) IsEmpty() bool {
	return strings.TrimSpace(w.Body) == "" && isBlankMarkup(w.HTML) && len(w.Tokens) == 0
}

// isBlankMarkup tells whether the editor's HTML shows nothing.
func isBlankMarkup(markup string) bool {
	return markup == "" || strings.TrimSpace(strings.NewReplacer("<p>", "", "</p>", "", "<br>", "").Replace(markup)) == ""
}

// Comment is what was written, as the write path wants it; nil for nothing.
func (w *Writing) Comment() *desk.NewComment {
	if w.IsEmpty() {
		return nil
	}
	public := !w.Private
	n := &desk.NewComment{Public: &public, Uploads: w.Tokens}
	if isBlankMarkup(w.HTML) {
		n.Body = strings.TrimSpace(w.Body)
	} else {
		n.HTML = w.HTML
	}
	return n
}

// draftSent is the draft that the browser sends: a comment of it counts once. Without a comment there is nothing to count.
func (w *Writing) draftSent(c *ui.Call) string {
	if w.IsEmpty() {
		return ""
	}
	return c.Value("draft")
}

// said are the words and files of the comment, which tell it from another one of the same draft.
func (w *Writing) said() []string {
	return append([]string{strconv.FormatBool(w.Private), w.Body, w.HTML}, w.Tokens...)
}

// Once does the work of a form that holds the comment, unless the same comment of the same draft did it before.
func (w *Writing) Once(c *ui.Call, work func(tx *store.Tx) (desk.TicketID, error)) (desk.TicketID, bool, error) {
	return c.WriteDraft(w.draftSent(c), w.said(), work)
}

// learnFiles reads the files that wait in the uploads; those that expired are forgotten.
func (w *Writing) learnFiles(c *ui.Call, tx *store.Tx) error {
	w.Uploads = nil
	for _, token := range w.Tokens {
		up, err := tx.Upload(c.Ctx(), token)
		if desk.KindOf(err) == desk.NotFound && err != nil || err == nil && up.User != c.User.ID {
			continue
		}
		if err != nil {
			return err
		}
		w.Uploads = append(w.Uploads, up)
	}
	return nil
}
