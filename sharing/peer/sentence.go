package peer

import "fmt"

// Sentence says in one line what a partner answered.
func (a Answer) Sentence() string {
	switch {
	case a.Status == 0:
		return a.Text
	case a.Text == "":
		return fmt.Sprintf("The partner answered %d.", a.Status)
	}
	return fmt.Sprintf("The partner answered %d: %s", a.Status, a.Text)
}
