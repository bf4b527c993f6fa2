package api

import "strings"

// timeZone is a time zone under the name that clients show, which is Rails's, and its IANA name.
type timeZone struct{ name, iana string }

// timeZones are Rails's. Of several names of one zone, the first is the one that is shown.
func timeZones() []timeZone {
	return []timeZone{
		{"International Date Line West", "Etc/GMT+12"}, {"Midway Island", "Pacific/Midway"}, {"American Samoa", "Pacific/Pago_Pago"},
		{"Hawaii", "Pacific/Honolulu"}, {"Alaska", "America/Juneau"}, {"Pacific Time (US & Canada)", "America/Los_Angeles"},
		{"Tijuana", "America/Tijuana"}, {"Mountain Time (US & Canada)", "America/Denver"}, {"Arizona", "America/Phoenix"},
		{"Chihuahua", "America/Chihuahua"}, {"Mazatlan", "America/Mazatlan"}, {"Central Time (US & Canada)", "America/Chicago"},
		{"Saskatchewan", "America/Regina"}, {"Mexico City", "America/Mexico_City"}, {"Guadalajara", "America/Mexico_City"},
		{"Monterrey", "America/Monterrey"}, {"Central America", "America/Guatemala"}, {"Eastern Time (US & Canada)", "America/New_York"},
		{"Indiana (East)", "America/Indiana/Indianapolis"}, {"Bogota", "America/Bogota"}, {"Lima", "America/Lima"},
		{"Quito", "America/Lima"}, {"Atlantic Time (Canada)", "America/Halifax"}, {"Caracas", "America/Caracas"},
		{"La Paz", "America/La_Paz"}, {"Santiago", "America/Santiago"}, {"Newfoundland", "America/St_Johns"},
		{"Brasilia", "America/Sao_Paulo"}, {"Buenos Aires", "America/Argentina/Buenos_Aires"}, {"Montevideo", "America/Montevideo"},
		{"Georgetown", "America/Guyana"}, {"Puerto Rico", "America/Puerto_Rico"}, {"Greenland", "America/Godthab"},
		{"Mid-Atlantic", "Atlantic/South_Georgia"}, {"Azores", "Atlantic/Azores"}, {"Cape Verde Is.", "Atlantic/Cape_Verde"},
		{"UTC", "Etc/UTC"}, {"Dublin", "Europe/Dublin"}, {"London", "Europe/London"}, {"Edinburgh", "Europe/London"},
		{"Lisbon", "Europe/Lisbon"}, {"Casablanca", "Africa/Casablanca"}, {"Monrovia", "Africa/Monrovia"},
		{"Belgrade", "Europe/Belgrade"}, {"Bratislava", "Europe/Bratislava"}, {"Budapest", "Europe/Budapest"},
		{"Ljubljana", "Europe/Ljubljana"}, {"Prague", "Europe/Prague"}, {"Sarajevo", "Europe/Sarajevo"}, {"Skopje", "Europe/Skopje"},
		{"Warsaw", "Europe/Warsaw"}, {"Zagreb", "Europe/Zagreb"}, {"Brussels", "Europe/Brussels"}, {"Copenhagen", "Europe/Copenhagen"},
		{"Madrid", "Europe/Madrid"}, {"Paris", "Europe/Paris"}, {"Amsterdam", "Europe/Amsterdam"}, {"Berlin", "Europe/Berlin"},
		{"Zurich", "Europe/Zurich"}, {"Bern", "Europe/Zurich"}, {"Rome", "Europe/Rome"}, {"Stockholm", "Europe/Stockholm"},
		{"Vienna", "Europe/Vienna"}, {"West Central Africa", "Africa/Algiers"}, {"Bucharest", "Europe/Bucharest"},
		{"Cairo", "Africa/Cairo"}, {"Helsinki", "Europe/Helsinki"}, {"Kyiv", "Europe/Kiev"}, {"Kyev", "Europe/Kiev"},
		{"Riga", "Europe/Riga"}, {"Sofia", "Europe/Sofia"}, {"Tallinn", "Europe/Tallinn"}, {"Vilnius", "Europe/Vilnius"},
		{"Athens", "Europe/Athens"}, {"Istanbul", "Europe/Istanbul"}, {"Minsk", "Europe/Minsk"}, {"Jerusalem", "Asia/Jerusalem"},
		{"Harare", "Africa/Harare"}, {"Pretoria", "Africa/Johannesburg"}, {"Kaliningrad", "Europe/Kaliningrad"},
		{"Moscow", "Europe/Moscow"}, {"St. Petersburg", "Europe/Moscow"}, {"Volgograd", "Europe/Volgograd"}, {"Samara", "Europe/Samara"},
		{"Kuwait", "Asia/Kuwait"}, {"Riyadh", "Asia/Riyadh"}, {"Nairobi", "Africa/Nairobi"}, {"Baghdad", "Asia/Baghdad"},
		{"Tehran", "Asia/Tehran"}, {"Abu Dhabi", "Asia/Muscat"}, {"Muscat", "Asia/Muscat"}, {"Baku", "Asia/Baku"},
		{"Tbilisi", "Asia/Tbilisi"}, {"Yerevan", "Asia/Yerevan"}, {"Kabul", "Asia/Kabul"}, {"Ekaterinburg", "Asia/Yekaterinburg"},
		{"Karachi", "Asia/Karachi"}, {"Islamabad", "Asia/Karachi"}, {"Tashkent", "Asia/Tashkent"}, {"Kolkata", "Asia/Kolkata"},
		{"Chennai", "Asia/Kolkata"}, {"Mumbai", "Asia/Kolkata"}, {"New Delhi", "Asia/Kolkata"}, {"Kathmandu", "Asia/Kathmandu"},
		{"Dhaka", "Asia/Dhaka"}, {"Astana", "Asia/Dhaka"}, {"Sri Jayawardenepura", "Asia/Colombo"}, {"Almaty", "Asia/Almaty"},
		{"Novosibirsk", "Asia/Novosibirsk"}, {"Rangoon", "Asia/Rangoon"}, {"Bangkok", "Asia/Bangkok"}, {"Hanoi", "Asia/Bangkok"},
		{"Jakarta", "Asia/Jakarta"}, {"Krasnoyarsk", "Asia/Krasnoyarsk"}, {"Beijing", "Asia/Shanghai"},
		{"Chongqing", "Asia/Chongqing"}, {"Hong Kong", "Asia/Hong_Kong"}, {"Urumqi", "Asia/Urumqi"}, {"Kuala Lumpur", "Asia/Kuala_Lumpur"},
		{"Singapore", "Asia/Singapore"}, {"Taipei", "Asia/Taipei"}, {"Perth", "Australia/Perth"}, {"Irkutsk", "Asia/Irkutsk"},
		{"Ulaanbaatar", "Asia/Ulaanbaatar"}, {"Seoul", "Asia/Seoul"}, {"Tokyo", "Asia/Tokyo"}, {"Osaka", "Asia/Tokyo"},
		{"Sapporo", "Asia/Tokyo"}, {"Yakutsk", "Asia/Yakutsk"}, {"Darwin", "Australia/Darwin"}, {"Adelaide", "Australia/Adelaide"},
		{"Canberra", "Australia/Canberra"}, {"Melbourne", "Australia/Melbourne"}, {"Sydney", "Australia/Sydney"},
		{"Brisbane", "Australia/Brisbane"}, {"Hobart", "Australia/Hobart"}, {"Vladivostok", "Asia/Vladivostok"},
		{"Guam", "Pacific/Guam"}, {"Port Moresby", "Pacific/Port_Moresby"}, {"Magadan", "Asia/Magadan"},
		{"Srednekolymsk", "Asia/Srednekolymsk"}, {"Solomon Is.", "Pacific/Guadalcanal"}, {"New Caledonia", "Pacific/Noumea"},
		{"Fiji", "Pacific/Fiji"}, {"Kamchatka", "Asia/Kamchatka"}, {"Marshall Is.", "Pacific/Majuro"}, {"Auckland", "Pacific/Auckland"},
		{"Wellington", "Pacific/Auckland"}, {"Nuku'alofa", "Pacific/Tongatapu"}, {"Tokelau Is.", "Pacific/Fakaofo"},
		{"Chatham Is.", "Pacific/Chatham"}, {"Samoa", "Pacific/Apia"},
	}
}

// readTimeZone gives the IANA name of a zone that a client names in either way. What is neither is for others to refuse.
func readTimeZone(name string) string {
	for _, z := range timeZones() {
		if strings.EqualFold(z.name, name) {
			return z.iana
		}
	}
	return name
}

// timeZoneOf is a zone as clients see it, for its IANA name; one that Rails has no name for keeps its own.
func timeZoneOf(iana string) timeZone {
	if iana == "" || iana == "UTC" {
		return timeZone{"UTC", "Etc/UTC"}
	}
	for _, z := range timeZones() {
		if z.iana == iana {
			return z
		}
	}
	return timeZone{iana, iana}
}
