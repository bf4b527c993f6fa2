package main

// playStory has customers ask, Acme's agent work, and Kongen's agent answer what was shared.
func playStory(acme, kongen storyClient, f storyFields, accounts []demoAccount) {
	agent, supplier := acme.as(accounts[0].Agent), kongen.as(accounts[1].Agent)
	customer := acme.as(accounts[0].EndUser)
	request := func(subject, body, problem, serial string) string {
		values := []object{{"id": f.problem, "value": problem}}
		if serial != "" {
			values = append(values, object{"id": f.serial, "value": serial})
		}
		return customer.create("/requests", "request", object{"subject": subject, "comment": object{"body": body}, "custom_fields": values})
	}
	reply := func(t storyClient, ticket, body string, public bool, changes object) {
		update := object{"comment": object{"body": body, "public": public}}
		for k, v := range changes {
			update[k] = v
		}
		t.call("PUT", "/tickets/"+ticket, object{"ticket": update})
	}

	stripes := request("Stripes in every picture", "Since this morning all pictures of our three AC-200 have horizontal stripes, most of all in the dark.", "image_sensor", "AC200417")
	dead := request("Dead pixels after two weeks", "A cluster of dead pixels has appeared near the centre. Picture attached to our last order.", "image_sensor", "AC200588")
	fog := request("Fog between the lens elements", "After a night outside there is fog inside the lens. It does not go away.", "lens", "AC150092")
	parcel := request("Parcel arrived without the charger", "The box was sealed, but there is no charger in it.", "shipping", "")
	noise := request("Colour noise at high gain", "Above gain 24 the blue channel is noisy. Is there a new firmware?", "image_sensor", "AC200733")

	// Kongen's desk gets what is tagged image_sensor, each with a number of its own.
	copyOf := func(subject string) string {
		return supplier.waitFor("/tickets", "tickets", func(t object) bool { return t["subject"] == subject })
	}
	reply(supplier, copyOf("Stripes in every picture"), "Please send us the serial numbers of all three cameras, and one raw picture taken in the dark.", true, object{"status": "pending"})
	reply(supplier, copyOf("Dead pixels after two weeks"), "This batch is known to us. We replace the sensor free of charge; the part leaves our house today.", true, object{"status": "solved"})
	reply(supplier, copyOf("Colour noise at high gain"), "Could be the old readout clock. Let us measure one before we promise anything.", false, nil)

	said := func(ticket, word string) {
		agent.waitFor("/tickets/"+ticket+"/comments", "comments", func(c object) bool {
			body, _ := c["body"].(string)
			return len(body) >= len(word) && body[:len(word)] == word
		})
	}
	said(stripes, "Please send")
	said(dead, "This batch")
	said(noise, "Could be")
	customer.call("PUT", "/requests/"+stripes, object{"request": object{"comment": object{"body": "AC200417, AC200418 and AC200421. I send the picture tonight."}}})
	reply(agent, stripes, "The customer films for television; they need at least one camera by Friday.", false, object{"priority": "urgent"})

	reply(agent, fog, "Please send the lens to our workshop. The label is in your mail.", true, object{"status": "pending", "tags": []string{"lens", "workshop"}})
	reply(agent, parcel, "We are sorry. A charger is on its way to you.", true, object{"status": "solved"})
	customer.call("POST", "/tickets/"+parcel+"/satisfaction_rating", object{"satisfaction_rating": object{"score": "good", "comment": "It came the next day."}})
	handOver(agent, "Recall: twelve sensors of batch 7")
	agent.create("/tickets", "ticket", object{"subject": "Order of 40 cameras for the spring catalogue", "type": "task", "priority": "normal",
		"comment": object{"body": "Ask Kongen whether 40 sensors can leave in February.", "public": false}})
}

// handOver has a ticket go to the partner for good: it is shared by its tag, and let go of and solved once the partner has it.
func handOver(agent storyClient, subject string) {
	id := agent.create("/tickets", "ticket", object{"subject": subject, "tags": []string{"recall"},
		"comment": object{"body": "The customer sends them to you directly. Please take over from here."}})
	agent.waitFor("/tickets", "tickets", func(t object) bool { return text(t["id"]) == id && t["status"] == "solved" })
}
