package api

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

func triggerRecipeRoutes() []route {
	return []route{
		{"GET", "/triggers/recipes", agents, (*call).listRecipes},
		{"POST", "/triggers/recipes", admins, (*call).createRecipe},
	}
}

// recipeJSON is a recipe that can be made. An extension.
type recipeJSON struct {
	Name        rule.RecipeName `json:"name"`
	TagRequired bool            `json:"tag_required"`
}

func (c *call) listRecipes() error {
	out := []recipeJSON{}
	for _, n := range rule.RecipeNames() {
		out = append(out, recipeJSON{n, n.NeedsTag()})
	}
	return c.ok(objectOf("recipes", out))
}

// recipeInput is what a recipe asks for.
type recipeInput struct {
	Name        textInput   `json:"name"`
	AgreementID numberInput `json:"agreement_id"`
	Tag         textInput   `json:"tag"`
	Active      flagInput   `json:"active"`
}

// createRecipe makes the rules of a recipe, all or none.
func (c *call) createRecipe() error {
	var in recipeInput
	if err := c.parseRecord("recipe", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		made, err := actor.CreateRecipe(c.ctx(), rule.Recipe{Name: rule.RecipeName(in.Name.v), Partner: desk.AgreementID(in.AgreementID.v),
			Tag: in.Tag.v, Active: in.Active.or(true)})
		shown := []triggerJSON{}
		for _, t := range made.Triggers {
			shown = append(shown, c.triggerOf(t))
		}
		timed := []automationJSON{}
		for _, a := range made.Automations {
			timed = append(timed, c.automationOf(a))
		}
		return c.base + "/api/v2/triggers", object{{"triggers", shown}, {"automations", timed}}, err
	})
}
