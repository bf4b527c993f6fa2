package wire

// Actor is a person (nhd §5.5). There is no address on the wire: contact data stay at the origin.
type Actor struct {
	UUID string      `json:"uuid"`
	Name string      `json:"name"`
	Role Opt[string] `json:"role,omitzero"`
}

// IsAgent reports whether the peer calls this person an agent. Every other word, or none, is not an agent (nhd §5.5). It only affects
// how the person is shown (nhd §16 row 8).
func (a Actor) IsAgent() bool { return a.Role.Value == "agent" }

// actor reads a person that the message cannot do without: the requester, the author of a comment.
func (r reader) actor(name string) Opt[Actor] {
	object := r.object(name)
	members, stated := object.Get()
	if !stated {
		return Opt[Actor]{State: object.State}
	}
	in := r.child(name, members)
	actor := Actor{
		UUID: need(in, "uuid", in.uuid("uuid")),
		Name: need(in, "name", in.line("name", maxName)),
		Role: in.line("role", maxWord),
	}
	if actor.Role.IsNull() {
		actor.Role = Opt[string]{}
	}
	return Some(actor)
}

// bystander reads a person who is only named for the record: one that cannot be read is left out instead of refusing the whole
// message for it.
func (r reader) bystander(name string) Opt[Actor] {
	var problem error
	r.problem = &problem
	actor := r.actor(name)
	if problem != nil {
		return Opt[Actor]{}
	}
	return actor
}
