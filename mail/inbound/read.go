package inbound

import (
	"context"

	"interdesk/desk"
	"interdesk/mail/message"
)

// Read reads a message again from its source, for somebody to look at: nothing is stored or decided. A message that cannot be read is nil.
func (s *Service) Read(ctx context.Context, m desk.Mail) (*message.Message, error) {
	source, err := s.source(ctx, m)
	if err != nil {
		return nil, err
	}
	parsed, _ := s.parse(ctx, source)
	return parsed, nil
}
