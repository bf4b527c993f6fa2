package admin

import "interdesk/desk"

// fieldType is a type of field with its drawing.
type fieldType struct {
	kind desk.FieldType
	icon string
}

// customTypes are the types that one may add, the most used first.
func customTypes() []fieldType {
	return []fieldType{
		{kind: desk.FieldTagger, icon: "select"},
		{kind: desk.FieldMultiselect, icon: "list-check"},
		{kind: desk.FieldText, icon: "forms"},
		{kind: desk.FieldTextarea, icon: "align-left"},
		{kind: desk.FieldCheckbox, icon: "checkbox"},
		{kind: desk.FieldDate, icon: "calendar"},
		{kind: desk.FieldInteger, icon: "number"},
		{kind: desk.FieldDecimal, icon: "decimal"},
		{kind: desk.FieldRegexp, icon: "regex"},
		{kind: desk.FieldLookup, icon: "link"},
		{kind: desk.FieldCreditCard, icon: "credit-card"},
	}
}

// typeIcon is the drawing of a type; the system's fields share one.
func typeIcon(t desk.FieldType) string {
	for _, one := range customTypes() {
		if one.kind == t {
			return one.icon
		}
	}
	return fieldType{icon: "lock"}.icon
}
