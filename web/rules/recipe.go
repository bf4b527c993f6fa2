package rules

import (
	"errors"
	"net/http"
	"slices"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

const recipesPath = "/admin/trigger-recipes"

func recipeRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + recipesPath, Who: ui.Admins, Serve: showRecipes},
		{Pattern: "GET " + recipesPath + "/{name}", Who: ui.Admins, Serve: showRecipe},
		{Pattern: "POST " + recipesPath + "/{name}", Who: ui.Admins, Serve: makeRecipe},
		{Pattern: "POST " + recipesPath + "/{name}/words", Who: ui.Admins, Serve: showRecipeWords},
	}
}

func recipePath(n rule.RecipeName) string { return recipesPath + "/" + string(n) }

func showRecipes(c *ui.Call) error {
	return c.ShowAdmin("triggers", c.T("rules.recipes"), 0, recipesPage())
}

// recipeModel is the page of one recipe: what it asks for, and its rules in words.
type recipeModel struct {
	rule.Recipe
	off      bool // asking whether customers are satisfied is not turned on
	partners []ui.Option
	rules    []recipeRule // none while something is missing
	faults   ui.Faults
}

// recipeRule is one trigger or automation that a recipe would make.
type recipeRule struct {
	title string
	b     *builder
}

// recipeNamed begins the page of the recipe that the path names.
func recipeNamed(c *ui.Call) (*recipeModel, error) {
	name := rule.RecipeName(c.R.PathValue("name"))
	if !slices.Contains(rule.RecipeNames(), name) {
		return nil, desk.Missing()
	}
	return &recipeModel{Recipe: rule.Recipe{Name: name}}, nil
}

// parse takes the form as it was sent.
func (m *recipeModel) parse(c *ui.Call) {
	m.Partner, m.Tag, m.Active = desk.AgreementID(c.Number("agreement_id")), c.Value("tag"), c.Checked("active")
}

// suggest fills in what needs no choice: the only partner there is, and a tag for it.
func (m *recipeModel) suggest(c *ui.Call) {
	m.Active = true
	if len(m.partners) == 1 {
		m.Partner = idsOf[desk.AgreementID]([]string{m.partners[0].Value})[0]
	}
	if m.Name.NeedsTag() {
		m.Tag = c.T("rules.recipe.tag." + string(m.Name))
	}
}

// read finds the partners.
func (m *recipeModel) read(cfg *desk.Config) {
	m.off = !cfg.Account.Settings.Survey.On
	for _, d := range rule.Definitions(cfg, condition.Trigger).Actions {
		for _, v := range d.Values {
			if ids := idsOf[desk.AgreementID]([]string{v.Value}); d.Subject == "share_ticket" && len(ids) == 1 {
				m.partners = append(m.partners, ui.Option{Value: v.Value, Label: v.Title})
			}
		}
	}
}

// tell puts the rules into words, as far as they can be made.
func (m *recipeModel) tell(c *ui.Call, tx *store.Tx, cfg *desk.Config) error {
	made, err := m.Rules(cfg)
	if _, ok := ui.FaultsOf(err); ok {
		return nil
	}
	for _, t := range made.Triggers {
		err = errors.Join(err, m.tellOne(c, tx, newBuilder(c, cfg, condition.Trigger), t.Title, t.Conditions, t.Actions))
	}
	for _, a := range made.Automations {
		err = errors.Join(err, m.tellOne(c, tx, newBuilder(c, cfg, condition.Automation), a.Title, a.Conditions, a.Actions))
	}
	return err
}

func (m *recipeModel) tellOne(c *ui.Call, tx *store.Tx, b *builder, title string, when condition.Tree, actions []desk.Action) error {
	b.fillFrom(when, actions)
	m.rules = append(m.rules, recipeRule{title, b})
	return b.fillLines(c.Ctx(), tx)
}

func (m *recipeModel) show(c *ui.Call, status int) error {
	return c.ShowAdmin("triggers", c.T("rules.recipe."+string(m.Name)), status, recipePage(m))
}

func showRecipe(c *ui.Call) error {
	m, err := recipeNamed(c)
	if err != nil {
		return err
	}
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.read(actor.Config)
		m.suggest(c)
		return m.tell(c, tx, actor.Config)
	})
	if err != nil {
		return err
	}
	return m.show(c, 0)
}

// typedRecipe reads the form and puts it into words.
func typedRecipe(c *ui.Call) (*recipeModel, error) {
	m, err := recipeNamed(c)
	if err != nil {
		return nil, err
	}
	m.parse(c)
	return m, c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.read(actor.Config)
		return m.tell(c, tx, actor.Config)
	})
}

// showRecipeWords answers with the triggers in words, as the form is being filled in.
func showRecipeWords(c *ui.Call) error {
	m, err := typedRecipe(c)
	if err != nil {
		return err
	}
	return c.Fragment(http.StatusOK, recipeWords(m))
}

// makeRecipe makes the rules, or only shows them in words.
func makeRecipe(c *ui.Call) error {
	m, err := typedRecipe(c)
	if err != nil {
		return err
	}
	if c.Value("step") == "show" {
		return m.show(c, 0)
	}
	var made rule.RecipeRules
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		made, err = actor.CreateRecipe(c.Ctx(), m.Recipe)
		return err
	})
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = f
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	key := "rules.recipe.made.off"
	if m.Active {
		key = "rules.recipe.made.on"
	}
	c.ToastSuccess(text.N(c.Ctx(), key, len(made.Triggers)+len(made.Automations)))
	if len(made.Triggers) == 0 {
		return c.Redirect(automationsPath)
	}
	return c.Redirect(triggersPath)
}
