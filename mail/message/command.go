package message

import (
	"slices"
	"strings"
)

// Commands are what staff write above their words to change the ticket by mail: lines that begin with # and a name.
//
//	#solved                 #status pending         #priority high        #type incident
//	#assignee jane@acme.example    #group Support   #tags printer urgent  #requester carl@example.com
//	#note (or #internal, #public false): the words are for staff alone
type Commands struct {
	Status, Priority, Type, Assignee, Group, Requester string

	Tags    []string
	Public  *bool    // nil: as the desk decides
	Unknown []string // lines that look like commands and are none; they stay in the words
}

// Any says whether there is a command.
func (c Commands) Any() bool {
	return c.Status+c.Priority+c.Type+c.Assignee+c.Group+c.Requester != "" || len(c.Tags) > 0 || c.Public != nil
}

// statusCommands are names that are statuses themselves.
var statusCommands = []string{"open", "pending", "hold", "solved", "closed"}

// maxCommands bounds the lines that are read.
const maxCommands = 20

// ReadCommands takes the commands off the top of a mail, of its text and of its HTML alike. The first line that is none
// ends them.
func ReadCommands(text, html string) (c Commands, restText, restHTML string) {
	lines := textLines(text)
	taken := c.read(lines)
	restText = strings.TrimLeft(rawLines(lines[taken:]), "\n")
	if taken == 0 || strings.TrimSpace(html) == "" {
		return c, restText, html
	}
	d := readDocument(html)
	if d == nil {
		return c, restText, html
	}
	var same Commands
	from := same.read(d.lines)
	if from >= len(d.lines) {
		return c, restText, ""
	}
	return c, restText, d.render(from, len(d.lines))
}

// read gives the number of lines that the commands take.
func (c *Commands) read(lines []line) int {
	taken, count := 0, 0
	for i, l := range lines {
		words := strings.TrimSpace(l.text)
		if words == "" {
			continue
		}
		if l.depth > 0 || words[0] != '#' || count == maxCommands {
			break
		}
		if !c.apply(words[1:]) {
			c.Unknown = append(c.Unknown, words)
			break
		}
		taken, count = i+1, count+1
	}
	return taken
}

func (c *Commands) apply(command string) bool {
	name, value, _ := strings.Cut(strings.ReplaceAll(command, "\u00a0", " "), " ")
	name, value = strings.ToLower(strings.TrimSuffix(name, ":")), strings.TrimSpace(value)
	if slices.Contains(statusCommands, name) && value == "" {
		c.Status = name
		return true
	}
	if name == "note" || name == "internal" || name == "private" {
		return value == "" && c.public("false")
	}
	if value == "" {
		return false
	}
	switch name {
	case "status":
		c.Status = strings.ToLower(value)
	case "priority":
		c.Priority = strings.ToLower(value)
	case "type":
		c.Type = strings.ToLower(value)
	case "assignee", "assign":
		c.Assignee = value
	case "group":
		c.Group = value
	case "requester":
		c.Requester = value
	case "tag", "tags":
		c.Tags = append(c.Tags, strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })...)
	case "public":
		return c.public(strings.ToLower(value))
	default:
		return false
	}
	return true
}

func (c *Commands) public(value string) bool {
	var public bool
	switch value {
	case "true", "yes":
		public = true
	case "false", "no":
	default:
		return false
	}
	c.Public = &public
	return true
}
