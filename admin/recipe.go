package admin

import (
	"context"

	"interdesk/rule"
)

// CreateRecipe makes all rules of a recipe, or none.
func (a *Actor) CreateRecipe(ctx context.Context, r rule.Recipe) (rule.RecipeRules, error) {
	if err := a.mustAdmin(); err != nil {
		return rule.RecipeRules{}, err
	}
	made, err := r.Rules(a.Config)
	for i := range made.Triggers {
		if err == nil {
			err = a.CreateTrigger(ctx, &made.Triggers[i])
		}
	}
	for i := range made.Automations {
		if err == nil {
			err = a.CreateAutomation(ctx, &made.Automations[i])
		}
	}
	return made, err
}
