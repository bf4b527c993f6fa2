package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/rule"
)

// CreateRecipe makes all triggers of a recipe, or none.
func (a *Actor) CreateRecipe(ctx context.Context, r rule.Recipe) ([]desk.Trigger, error) {
	if err := a.mustAdmin(); err != nil {
		return nil, err
	}
	made, err := r.Triggers(a.Config)
	for i := range made {
		if err == nil {
			err = a.CreateTrigger(ctx, &made[i])
		}
	}
	return made, err
}
