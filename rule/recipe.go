package rule

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"interdesk/condition"
	"interdesk/desk"
)

// RecipeName names a recipe.
type RecipeName string

// The recipes (share-life §4).
const (
	HandOver     RecipeName = "hand_over"      // hand a ticket over, and be done with it once the partner has it
	ShareAndWait RecipeName = "share_and_wait" // wait for the partner's answer
	EscalateBack RecipeName = "escalate_back"  // take over what the partner has solved
	TakeBack     RecipeName = "take_back"      // take over what the partner does not answer for two days
	// AskSatisfied has nothing to do with a partner: a day after a ticket is solved its requester is asked whether they are satisfied.
	AskSatisfied RecipeName = "ask_satisfied"
)

// RecipeNames lists the recipes in the order in which they are offered.
func RecipeNames() []RecipeName {
	return []RecipeName{HandOver, ShareAndWait, EscalateBack, TakeBack, AskSatisfied}
}

// NeedsTag tells whether a tag must be named by which tickets are picked out; else one may be.
func (n RecipeName) NeedsTag() bool { return n != EscalateBack && n != TakeBack && n != AskSatisfied }

// NeedsPartner tells whether a partner must be named.
func (n RecipeName) NeedsPartner() bool { return n != AskSatisfied }

// Recipe is a few rules that are wanted together, made at one stroke. They are triggers and automations like all others, to be edited
// afterwards; nothing remembers that they came from a recipe.
type Recipe struct {
	Name    RecipeName
	Partner desk.AgreementID
	Tag     string // of the tickets it is for
	Active  bool
}

// RecipeRules are the rules that a recipe makes.
type RecipeRules struct {
	Triggers    []desk.Trigger
	Automations []desk.Automation
}

// How many hours TakeBack waits for a partner, and AskSatisfied after a ticket was solved.
const (
	answerHours = "48"
	surveyHours = "24"
)

// Rules makes the recipe's rules. What is missing or wrong is an Invalid error of "name", "agreement_id" or "tag".
func (r Recipe) Rules(c *desk.Config) (RecipeRules, error) {
	k, err := r.check(c)
	if err != nil {
		return RecipeRules{}, err
	}
	switch r.Name {
	case TakeBack:
		return k.takeBack(), nil
	case AskSatisfied:
		return k.askSatisfied(), nil
	}
	return RecipeRules{Triggers: r.triggers(k)}, nil
}

// askSatisfied asks those who were not asked yet.
func (k ingredients) askSatisfied() RecipeRules {
	return automationOf(k.trigger("Ask a day after solved whether the requester is satisfied", k.ifTagged(k.status(condition.LessThan, desk.Closed),
		condition.Condition{Field: "SOLVED", Operator: condition.Is, Value: condition.ValueOf(surveyHours)},
		k.is("ticket_is_public", "public"), k.is("satisfaction_score", string(desk.Unoffered))),
		setting("satisfaction_score", string(desk.Offered))))
}

func (k ingredients) takeBack() RecipeRules {
	return automationOf(k.trigger("Take back what "+k.name+" has not answered for two days", k.ifTagged(k.is("sent_to", k.id), k.status(condition.Is, desk.Hold),
		condition.Condition{Field: "HOLD", Operator: condition.GreaterThan, Value: condition.ValueOf(answerHours)}),
		setting("unshare_ticket", k.id), setting("status", string(desk.Open))))
}

// automationOf has an automation do what a trigger would.
func automationOf(t desk.Trigger) RecipeRules {
	return RecipeRules{Automations: []desk.Automation{{Title: t.Title, Active: t.Active, Conditions: t.Conditions, Actions: t.Actions}}}
}

func (r Recipe) triggers(k ingredients) []desk.Trigger {
	switch r.Name {
	case HandOver:
		return []desk.Trigger{
			k.trigger("Hand over “"+k.tag+"” to "+k.name, k.tagged(true), k.share()...),
			k.trigger("Let go of “"+k.tag+"” once "+k.name+" has it", append(k.tagged(false), k.is("delivered_to", k.id)),
				setting("unshare_ticket", k.id), setting("status", string(desk.Solved))),
		}
	case ShareAndWait:
		return []desk.Trigger{
			k.trigger("Share “"+k.tag+"” with "+k.name+" and wait", k.tagged(true), append(k.share(), setting("status", string(desk.Hold)))...),
			k.trigger("Open “"+k.tag+"” when "+k.name+" answers", append(k.tagged(false), k.fromPartner(), k.is("sent_to", k.id),
				k.is("comment_is_public", "true"), k.status(condition.LessThan, desk.Solved)), setting("status", string(desk.Open))),
		}
	}
	return []desk.Trigger{k.trigger("Take back what "+k.name+" has solved",
		k.ifTagged(k.fromPartner(), k.is("sent_to", k.id), k.status(condition.ChangedTo, desk.Solved)),
		setting("unshare_ticket", k.id), setting("status", string(desk.Open)))}
}

// ifTagged are conditions, and that the ticket has the recipe's tag where one is named.
func (k ingredients) ifTagged(all ...condition.Condition) condition.Conditions {
	if k.tag != "" {
		all = append(all, k.has(condition.Includes, k.tag))
	}
	return all
}

// ingredients are what the triggers of a recipe are made of.
type ingredients struct {
	active   bool
	id, name string // of the partner
	tag      string
	mark     string // the tag of what was shared: it keeps a ticket from being shared over and over
}

func (r Recipe) check(c *desk.Config) (ingredients, error) {
	f := desk.Faults{}
	if !slices.Contains(RecipeNames(), r.Name) {
		f.Add("name", "InvalidValue", "Name: there is no recipe of this name; use hand_over, share_and_wait, escalate_back, take_back or ask_satisfied")
	}
	a := c.Agreements[r.Partner]
	switch {
	case !r.Name.NeedsPartner():
		if !c.Account.Settings.Survey.On {
			f.Add("base", "NotAllowed", "Nobody is asked whether they are satisfied until an admin turns that on")
		}
	case r.Partner == 0:
		f.Add("agreement_id", "BlankValue", "Partner: choose with whom")
	case a.ID == 0 || a.Inbound || isOver(a):
		f.Add("agreement_id", "InvalidValue", "Partner: no ticket can be shared under this agreement")
	}
	tag := strings.ToLower(strings.TrimSpace(r.Tag))
	mark := "shared_" + slug(a.Name, idText(a.ID))
	switch {
	case tag == "" && r.Name.NeedsTag():
		f.Add("tag", "BlankValue", "Tag: name the tag of the tickets this is for")
	case tag != "" && !desk.ValidTag(tag):
		f.Add("tag", "InvalidValue", "Tag: takes one tag, of letters, digits and - _ . / :")
	case tag == mark:
		f.Add("tag", "InvalidValue", "Tag: "+mark+" marks what was shared; use another one")
	}
	return ingredients{active: r.Active, id: idText(a.ID), name: a.Name, tag: tag, mark: mark}, f.Err()
}

// slug is a name as part of a tag; an id where nothing of it can stand there.
func slug(name, id string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var out string
	for _, w := range words {
		if longer := strings.TrimPrefix(out+"_"+w, "_"); len(longer) <= desk.MaxTag-len("shared_") {
			out = longer
		}
	}
	if out == "" {
		return id
	}
	return out
}

func (k ingredients) trigger(title string, all condition.Conditions, actions ...desk.Action) desk.Trigger {
	for len(title) > desk.MaxName {
		title = string([]rune(title)[:len([]rune(title))-1])
	}
	return desk.Trigger{Title: title, Active: k.active, Conditions: condition.Tree{All: all}, Actions: actions}
}

// tagged are the tickets it is for: those to be shared, or those that were.
func (k ingredients) tagged(fresh bool) condition.Conditions {
	op := condition.Includes
	if fresh {
		op = condition.NotIncludes
	}
	return condition.Conditions{k.has(condition.Includes, k.tag), k.has(op, k.mark)}
}

func (k ingredients) share() []desk.Action {
	return []desk.Action{setting("share_ticket", k.id), setting("current_tags", k.mark)}
}

func (k ingredients) fromPartner() condition.Condition {
	return k.is("current_via_id", strconv.Itoa(int(desk.ChannelSharing)))
}

func (ingredients) has(op condition.Operator, tag string) condition.Condition {
	return condition.Condition{Field: "current_tags", Operator: op, Value: condition.ValueOf(tag)}
}

func (ingredients) status(op condition.Operator, s desk.Status) condition.Condition {
	return condition.Condition{Field: "status", Operator: op, Value: condition.ValueOf(string(s))}
}

func (ingredients) is(field, value string) condition.Condition {
	return condition.Condition{Field: field, Operator: condition.Is, Value: condition.ValueOf(value)}
}

func setting(field, value string) desk.Action {
	raw, err := condition.ValueOf(value).MarshalJSON()
	if err != nil {
		return desk.Action{Field: field}
	}
	return desk.Action{Field: field, Value: raw}
}
