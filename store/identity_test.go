package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// addresses are the values of a user's names, the primary one first, with a mark behind what is verified.
func addresses(t *testing.T, acme store.Account, id desk.UserID) (out []string) {
	t.Helper()
	read(t, acme, func(tx *store.Tx) error {
		all, err := tx.Identities(t.Context(), id)
		for n, i := range all {
			if i.Primary != (n == 0 && i.Kind == desk.IdentityEmail) {
				t.Errorf("primary %v of %s at place %d", i.Primary, i.Value, n)
			}
			if i.Verified {
				i.Value += " verified"
			}
			out = append(out, i.Value)
		}
		return err
	})
	return out
}

func identityOf(t *testing.T, acme store.Account, address string) (i desk.Identity) {
	t.Helper()
	read(t, acme, func(tx *store.Tx) (err error) {
		i, err = tx.IdentityByAddress(t.Context(), address)
		return err
	})
	return i
}

// The address in the user and the primary identity are one thing, whichever of the two is changed.
func TestUserAndPrimaryAddressAgree(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		bo := desk.User{Name: "Bo", Email: "bo@example.com", Role: desk.EndUser, Verified: true}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertUser(ctx, &bo) })
		add := func(i desk.Identity) func(tx *store.Tx) error {
			i.User = bo.ID
			if i.Kind == "" {
				i.Kind = desk.IdentityEmail
			}
			return func(tx *store.Tx) error { return tx.InsertIdentity(ctx, &i) }
		}
		change := func(edit func(u *desk.User)) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				u, err := tx.User(ctx, bo.ID)
				if err != nil {
					return err
				}
				edit(&u)
				return tx.UpdateUser(ctx, &u)
			}
		}
		for _, step := range []struct {
			name  string
			do    func(tx *store.Tx) error
			email string
			want  []string
		}{
			{"as made", func(*store.Tx) error { return nil }, "bo@example.com", []string{"bo@example.com verified"}},
			{"another one", add(desk.Identity{Value: "bo@work.example"}), "bo@example.com", []string{"bo@example.com verified", "bo@work.example"}},
			{"a phone number", add(desk.Identity{Kind: desk.IdentityPhone, Value: "+4930123"}), "bo@example.com",
				[]string{"bo@example.com verified", "bo@work.example", "+4930123"}},
			{"another is primary", func(tx *store.Tx) error {
				i, err := tx.IdentityByAddress(ctx, "bo@work.example")
				if err != nil {
					return err
				}
				return tx.MakePrimary(ctx, bo.ID, i.ID)
			}, "bo@work.example", []string{"bo@work.example", "bo@example.com verified", "+4930123"}},
			{"written into the user", change(func(u *desk.User) { u.Email = "bo@new.example" }), "bo@new.example",
				[]string{"bo@new.example", "bo@example.com verified", "+4930123"}},
			{"one of theirs is written into the user", change(func(u *desk.User) { u.Email = "bo@example.com" }), "bo@example.com",
				[]string{"bo@example.com verified", "bo@new.example", "+4930123"}},
			{"not verified", change(func(u *desk.User) { u.Verified = false }), "bo@example.com", []string{"bo@example.com", "bo@new.example", "+4930123"}},
			{"verified", change(func(u *desk.User) { u.Verified = true }), "bo@example.com", []string{"bo@example.com verified", "bo@new.example", "+4930123"}},
			{"the primary one is gone", change(func(u *desk.User) { u.Email = "" }), "bo@new.example", []string{"bo@new.example", "+4930123"}},
			{"the last one is gone", func(tx *store.Tx) error {
				i, err := tx.IdentityByAddress(ctx, "bo@new.example")
				if err != nil {
					return err
				}
				return tx.DeleteIdentity(ctx, bo.ID, i.ID)
			}, "", []string{"+4930123"}},
			{"the first one again", add(desk.Identity{Value: "bo@again.example", Verified: true}), "bo@again.example", []string{"bo@again.example verified", "+4930123"}},
			{"deleted", func(tx *store.Tx) error { return tx.DeleteUser(ctx, bo.ID) }, "", nil},
		} {
			write(t, acme, step.do)
			if diff := cmp.Diff(step.want, addresses(t, acme, bo.ID)); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", step.name, diff)
			}
			read(t, acme, func(tx *store.Tx) error {
				u, err := tx.User(ctx, bo.ID)
				if u.Email != step.email {
					t.Errorf("%s: the user's address is %q, want %q", step.name, u.Email, step.email)
				}
				return err
			})
		}
	})
}

func TestPeopleAreFoundByAllAddresses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		bo := desk.User{Name: "Bo", Email: "bo@example.com", Role: desk.EndUser}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertUser(ctx, &bo); err != nil {
				return err
			}
			i := desk.Identity{User: bo.ID, Kind: desk.IdentityEmail, Value: "robert@work.example"}
			return tx.InsertIdentity(ctx, &i)
		})
		found := func(find func(tx *store.Tx) (desk.User, error)) bool {
			var u desk.User
			var err error
			read(t, acme, func(tx *store.Tx) error {
				u, err = find(tx)
				return nil
			})
			if err != nil && desk.KindOf(err) != desk.NotFound {
				t.Fatal(err)
			}
			return u.ID == bo.ID
		}
		byAddress := func(a string) func(tx *store.Tx) (desk.User, error) {
			return func(tx *store.Tx) (desk.User, error) { return tx.UserByAddress(ctx, a) }
		}
		byLogin := func(a string) func(tx *store.Tx) (desk.User, error) {
			return func(tx *store.Tx) (desk.User, error) { return tx.UserByLogin(ctx, a) }
		}
		byWord := func(word string) func(tx *store.Tx) (desk.User, error) {
			return func(tx *store.Tx) (desk.User, error) {
				all, err := tx.Users(ctx, store.UserFilter{Match: word}, store.Page{})
				if len(all.Items) == 1 {
					return all.Items[0], err
				}
				return desk.User{}, err
			}
		}
		for _, c := range []struct {
			name string
			find func(tx *store.Tx) (desk.User, error)
			want bool
		}{
			{"primary", byAddress("BO@example.com "), true},
			{"another", byAddress("Robert@Work.example"), true},
			{"nobody's", byAddress("x@example.com"), false},
			{"no address", byAddress("+4930123"), false},
			{"signs in with the primary one", byLogin("bo@example.com"), true},
			{"does not sign in with what is not proved", byLogin("robert@work.example"), false},
			{"searched by the other", byWord("robert@work"), true},
		} {
			if got := found(c.find); got != c.want {
				t.Errorf("%s: found %v, want %v", c.name, got, c.want)
			}
		}
		write(t, acme, func(tx *store.Tx) error {
			i, err := tx.IdentityByAddress(ctx, "robert@work.example")
			if err != nil {
				return err
			}
			i.Verified = true
			return tx.UpdateIdentity(ctx, &i)
		})
		if !found(byLogin("robert@work.example")) {
			t.Error("nobody signs in with another address that is proved")
		}
		write(t, acme, func(tx *store.Tx) error {
			i, err := tx.IdentityByAddress(ctx, "robert@work.example")
			if err != nil {
				return err
			}
			return tx.DeleteIdentity(ctx, bo.ID, i.ID)
		})
		if found(byWord("robert@work")) {
			t.Error("found by an address that is gone")
		}
	})
}

func TestAddressesThatNobodyCanHave(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		bo := desk.User{Name: "Bo", Email: "bo@example.com", Role: desk.EndUser}
		desktop := desk.SupportAddress{Address: "help@desk.example", Name: "Help"}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertUser(ctx, &bo); err != nil {
				return err
			}
			i := desk.Identity{User: bo.ID, Kind: desk.IdentityEmail, Value: "robert@work.example"}
			if err := tx.InsertIdentity(ctx, &i); err != nil {
				return err
			}
			return tx.InsertSupportAddress(ctx, &desktop)
		})
		for _, c := range []struct {
			name, code string
			do         func(tx *store.Tx) error
		}{
			{"another's further address", "DuplicateValue", func(tx *store.Tx) error {
				return tx.InsertUser(ctx, &desk.User{Name: "X", Email: "robert@work.example", Role: desk.EndUser})
			}},
			{"another's primary address", "DuplicateValue", func(tx *store.Tx) error {
				return tx.InsertIdentity(ctx, &desk.Identity{User: ada.ID, Kind: desk.IdentityEmail, Value: "bo@example.com"})
			}},
			{"a support address of a new user", "InvalidValue", func(tx *store.Tx) error {
				return tx.InsertUser(ctx, &desk.User{Name: "X", Email: "help@desk.example", Role: desk.EndUser})
			}},
			{"a support address with a plus", "InvalidValue", func(tx *store.Tx) error {
				return tx.InsertIdentity(ctx, &desk.Identity{User: bo.ID, Kind: desk.IdentityEmail, Value: "help+bo@desk.example"})
			}},
			{"a support address written into a user", "InvalidValue", func(tx *store.Tx) error {
				u := bo
				u.Email = "help@desk.example"
				return tx.UpdateUser(ctx, &u)
			}},
			{"a support address in place of another", "InvalidValue", func(tx *store.Tx) error {
				i, err := tx.IdentityByAddress(ctx, "robert@work.example")
				if err != nil {
					return err
				}
				i.Value = "help@desk.example"
				return tx.UpdateIdentity(ctx, &i)
			}},
			{"a user's address for the desk", "InvalidValue", func(tx *store.Tx) error {
				return tx.InsertSupportAddress(ctx, &desk.SupportAddress{Address: "robert@work.example"})
			}},
		} {
			t.Run(c.name, func(t *testing.T) { wantFault(t, acme.Write(ctx, c.do), "email", c.code) })
		}
	})
}

func TestWhetherMailArrives(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		bo := desk.User{Name: "Bo", Email: "bo@example.com", Role: desk.EndUser}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertUser(ctx, &bo) })
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.CountUndelivered(ctx, "Bo@example.com", "450 try later"); err != nil {
				return err
			}
			return tx.CountUndelivered(ctx, "nobody@example.com", "450 try later")
		})
		if i := identityOf(t, acme, bo.Email); i.Undelivered != 1 || i.State != desk.Deliverable || i.Reason != "450 try later" || i.UndeliveredAt.IsZero() {
			t.Errorf("after a mail that did not arrive for now: %+v", i)
		}
		write(t, acme, func(tx *store.Tx) error {
			return tx.SetDeliverable(ctx, bo.Email, desk.Undeliverable, "550 no such user")
		})
		if i := identityOf(t, acme, bo.Email); i.State != desk.Undeliverable || i.Reason != "550 no such user" || i.Undelivered != 1 {
			t.Errorf("after a mail that cannot arrive: %+v", i)
		}
		write(t, acme, func(tx *store.Tx) error { return tx.SetDeliverable(ctx, bo.Email, desk.Deliverable, "") })
		if i := identityOf(t, acme, bo.Email); i.State != desk.Deliverable || i.Reason != "" || i.Undelivered != 0 || !i.UndeliveredAt.IsZero() {
			t.Errorf("after a mail that arrived: %+v", i)
		}
	})
}
