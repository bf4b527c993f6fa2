package message

import (
	"regexp"
	"strings"
)

// The words by which mail programs introduce what they repeat, in the languages that are most used in mail: English, German,
// French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Ukrainian, Japanese, Chinese, Korean, Turkish, Swedish,
// Danish, Norwegian, Finnish, Czech, Hungarian, Romanian, Greek.

// introForms match a whole line over a quote, its line breaks taken out.
var introForms = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^(on|at|il|in) .{4,} wrote\s*:$`),
	regexp.MustCompile(`(?i)^(am|on|den|um) .{4,} schrieb.*:$`),
	regexp.MustCompile(`(?i)^am .{4,} hat .{2,} geschrieben\s*:$`),
	regexp.MustCompile(`(?i)^.{2,} (schrieb|schreef|skrev|wrote|kirjoitti|escribió|écrivit) .{0,12}\d.{3,}:$`),
	regexp.MustCompile(`(?i)^(le|en date du) .{4,} a écrit\s*:$`),
	regexp.MustCompile(`(?i)^el .{4,} escribi[óo]\s*:$`),
	regexp.MustCompile(`(?i)^(em|a|no dia|on) .{4,} escreveu\s*:$`),
	regexp.MustCompile(`(?i)^(il|in data|on) .{4,} ha scritto\s*:$`),
	regexp.MustCompile(`(?i)^op .{4,} (schreef .*|heeft .{2,} geschreven\s*):$`),
	regexp.MustCompile(`(?i)^.{4,} (napisał|napisała|napisał\(a\)|pisze|napsal|napsala|napsal\(a\)|napísal|napísala|napísal\(a\))\s*:$`),
	regexp.MustCompile(`(?i)^.{4,} (пишет|писал|писала|написал|написала|написал\(а\)|писал\(а\)|пише|написав|написала|написав\(ла\))\s*:$`),
	regexp.MustCompile(`^.{4,}(写道|寫道|的邮件|のメール|が書きました|さんは書きました|님이 작성|님이 씀)\s*[:：]$`),
	regexp.MustCompile(`(?i)^(den|på|pä) .{4,} skrev.*:$`),
	regexp.MustCompile(`(?i)^.{4,} (skrev .{2,}|kirjoitti.*|şunu yazdı|yazdı|ezt írta|írta .*|a scris|έγραψε.*)\s*:$`),
	regexp.MustCompile(`(?i)^.{6,}<[^<>@\s]+@[^<>\s]+>\s*[:：]$`), // Gmail and Mail.ru in Russian and Japanese: a date, a name, an address
}

var introDigit = regexp.MustCompile(`\d`)

// isIntro demands a number besides, as every date has one: "Jane wrote:" alone may be a story.
func isIntro(s string) bool {
	if !strings.HasSuffix(strings.TrimRight(s, "* \u00a0\u200e\u200f"), ":") && !strings.HasSuffix(s, "：") || !introDigit.MatchString(s) {
		return false
	}
	s = strings.TrimSpace(plainSigns.Replace(s))
	for _, form := range introForms {
		if form.MatchString(s) {
			return true
		}
	}
	return false
}

// plainSigns takes away what only directs the setting: hard spaces, marks of reading direction, stars of bold text.
var plainSigns = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u200e", "", "\u200f", "", "*", "")

var introTime = regexp.MustCompile(`\d{1,2}[:.hH時点]\s?\d{2}|@|\d{4}`)

// isSureIntro is asked where no quote marks follow: then only a whole date or an address makes "… wrote:" certain.
func isSureIntro(lines []line) bool {
	for _, l := range lines {
		if introTime.MatchString(l.text) {
			return true
		}
	}
	return false
}

const originalWords = `original message|original appointment|original e-?mail|reply message|ursprüngliche nachricht|urspr\. nachricht|original-?nachricht|originalnachricht|ursprünglicher termin|message d'origine|message d’origine|message original|message initial|courrier original|mensaje original|correo original|mensagem original|messaggio originale|oorspronkelijk bericht|oorspronkelijke bericht|origineel bericht|wiadomość oryginalna|oryginalna wiadomość|wiadomość pierwotna|исходное сообщение|исходное письмо|оригинальное сообщение|початкове повідомлення|元のメッセージ|元のメール|original ?mail|原始邮件|原邮件|原始郵件|原始信件|원본 메시지|원본 메일|özgün ileti|orijinal mesaj|orijinal ileti|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|opprinnelig melding|opprinnelig meddelelse|alkuperäinen viesti|původní zpráva|původní e-mail|eredeti üzenet|mesaj original|αρχικό μήνυμα`

var (
	separator = regexp.MustCompile(`(?i)^[\s>]*(?:[-_=]{2,}\s*(?:` + originalWords + `)\s*[-_=]{2,}|#+-? ?[^#]{8,80} ?-?#+|-{3,} ?reply above this line ?-{3,})\s*$`)

	rule = regexp.MustCompile(`^\s*[_\-=*—–]{5,}\s*$`)
)

// isSeparator is a line under which everything is repeated. A line of desks ("##- Please type your reply above … -##") is one.
func isSeparator(s string) bool { return len(s) < 200 && separator.MatchString(s) }

func isRule(s string) bool { return len(s) < 200 && rule.MatchString(s) }

const forwardedWords = `forwarded message|forwarded by|fwd message|weitergeleitete nachricht|message transféré|message transmis|courriel transféré|mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|messaggio inoltrato|messaggio rigirato|doorgestuurd bericht|doorgestuurde bericht|przekazana wiadomość|wiadomość przekazana|treść przekazanej wiadomości|пересылаемое сообщение|пересланное сообщение|пересланное письмо|перенаправленное сообщение|переслане повідомлення|転送メッセージ|転送されたメッセージ|转发的邮件|转发邮件|轉寄郵件|轉寄的郵件|전달된 메시지|전달된 메일|iletilen mesaj|iletilmiş ileti|vidarebefordrat meddelande|videresendt meddelelse|videresendt melding|välitetty viesti|přeposlaná zpráva|továbbított üzenet|mesaj redirecționat`

var forward = regexp.MustCompile(`(?i)^\s*(?:[-=]{2,}\s*(?:` + forwardedWords + `).{0,120}|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:transféré|réexpédié)|inicio del mensaje reenviado|início da mensagem (?:encaminhada|reencaminhada)|inizio (?:del )?messaggio inoltrato|begin doorgestuurd bericht|początek (?:przekazywanej|przekazanej) wiadomości|начало (?:переадресованного|пересылаемого) (?:сообщения|письма)|転送されたメッセージ|以下是转发的邮件|開始轉寄郵件|以下是轉寄的郵件|전달된 메시지 시작|iletilen mesajın başlangıcı|vidarebefordrat brev|vidarebefordrat mejl|start på videresendt besked|videresendt melding)\s*[:：])\s*$`)

func isForwardLine(l line) bool {
	return len(l.text) < 200 && forward.MatchString(strings.Trim(l.text, "* "))
}

// forwardSubject is how mail programs begin the subject of a mail handed on.
var forwardSubject = regexp.MustCompile(`(?i)^\s*((re|aw|sv|antw|odp)\s*:\s*)*(fwd?|wg|wtr|weiterleitung|tr|rv|enc|i|doorst|pd|vb|vs|fs|továbbítás|ilt|转发|轉寄|転送|전달|fwd \(.*\))\s*[:：]`)

// IsForward says whether a subject is that of a mail handed on.
func IsForward(subject string) bool { return forwardSubject.MatchString(subject) }

// headerKind is a field of the header of an earlier mail, as programs write it into the words.
type headerKind int

const (
	noName headerKind = iota
	fromName
	dateName
	toName
	ccName
	subjectName
	otherName
)

// headerWords are the names of fields by language; the first of each kind is English.
var headerWords = map[headerKind][]string{
	fromName: {"from", "von", "de", "expéditeur", "da", "van", "od", "от", "від", "från", "fra", "lähettäjä", "kimden", "gönderen", "差出人", "送信者", "发件人", "寄件者", "寄件人", "보낸 사람", "보낸사람",
		"feladó", "de la", "από"},
	dateName: {"sent", "date", "datum", "gesendet", "gesendet am", "envoyé", "envoyé le", "enviado", "enviado el", "enviada em", "enviado em", "enviada", "fecha", "data", "inviato", "data invio", "verzonden", "wysłano", "wysłane", "отправлено", "дата",
		"надіслано", "skickat", "sendt", "lähetetty", "päivämäärä", "päiväys", "tarih", "gönderildi", "gönderme tarihi", "送信日時", "日付", "日時", "发送时间", "发送日期", "日期", "时间", "寄件日期", "傳送時間", "보낸 날짜", "날짜", "보낸날짜", "odesláno", "elküldve", "dátum", "trimis", "dato", "ημερομηνία", "στάλθηκε"},
	toName: {"to", "an", "à", "para", "a", "aan", "do", "кому", "till", "til", "vastaanottaja", "kime", "alıcı", "宛先", "收件人", "收件者", "받는 사람", "받는사람", "komu", "címzett", "către", "προς", "destinataire"},
	ccName: {"cc", "kopie", "copie à", "kopia", "копия", "копія", "dw", "抄送", "副本", "참조", "bilgi", "kopio", "másolatot kap", "κοιν", "bcc"},
	subjectName: {"subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "temat", "тема", "ämne", "emne", "aihe", "konu", "件名", "主题", "主題", "主旨", "标题", "제목",
		"předmět", "tárgy", "subiect", "θέμα"},
	otherName: {"reply-to", "importance", "priority", "attachments", "antwort an", "wichtigkeit", "priorität", "anlagen", "répondre à", "importancia", "prioridad", "importância", "priorità", "prioriteit", "organization"},
}

var headerByWord = func() map[string]headerKind {
	all := map[string]headerKind{}
	for kind, words := range headerWords {
		for _, w := range words {
			all[w] = kind
		}
	}
	return all
}()

// headerName reads "From: Jane", "*De :* Jane" and "差出人： Jane".
func headerName(s string) (headerKind, string) {
	if len(s) > 4000 {
		return noName, ""
	}
	if !strings.ContainsAny(s, ":：") {
		return noName, ""
	}
	s = plainSigns.Replace(s)
	name, value, ok := strings.Cut(s, ":")
	if wide, after, found := strings.Cut(s, "："); found && (!ok || len(wide) < len(name)) {
		name, value, ok = wide, after, true
	}
	if !ok || len(name) > 40 {
		return noName, ""
	}
	name = strings.ToLower(strings.TrimSpace(name))
	return headerByWord[strings.Join(strings.Fields(name), " ")], strings.TrimSpace(value)
}

// device is the line that telephones and some programs put under every mail.
var device = regexp.MustCompile(`(?i)^[\s*_]*(sent from (my|mail|outlook|yahoo|proton|a |samsung|the |aol|gmx)|sent via |sent with |get outlook for |gesendet (von|mit|über)|von meinem .{2,40} gesendet|diese nachricht wurde von mein|envoyé (de|depuis|à partir|avec|par)|télécharge(z|r) outlook|obtenez outlook|enviado (desde|do|de|a partir|con|com|pelo)|obtener outlook|obter o outlook|inviato (da|dal|con)|scarica outlook|ottieni outlook|verzonden (vanaf|vanuit|met|via)|outlook voor|wysłan[eo] (z|za)|pobierz (program )?outlook|отправлено (с|из|от|через)|надіслано з|送信元|iphoneから送信|.{0,20}から送信$|发自我的|从我的.{2,20}发送|發自我的|从 .{2,30} 发送|나의 .{2,20}에서 보냄|.{2,20}에서 보냄$|skickat från|sendt fra|lähetetty (laitteesta|iphone|samsung)|.{2,30} tarafından gönderildi$|iphone'umdan gönderildi|odesláno (z|ze))`)

func isDeviceLine(s string) bool { return len(s) < 160 && device.MatchString(s) }
