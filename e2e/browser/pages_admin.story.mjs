// Every page of the admin centre.
import assert from 'node:assert/strict'
import { acme, api, open, story } from './world.mjs'
import { known, real, unseen, walk } from './walk.mjs'

await story(async () => {
  const w = await real()
  const ada = await open(acme, acme.admin)
  await ada.goto('/admin/tokens')
  await ada.fill('[name=description]', 'For the pages')
  await ada.locator('form[action="/admin/tokens"] .btn-primary').click()
  await ada.goto('/admin/tokens')
  const token = (await ada.locator('a[href*="/delete"]').first().getAttribute('href')).match(/\d+/)[0]
  const category = (await api(acme, 'GET', '/trigger_categories')).trigger_categories[0].id
  await api(acme, 'POST', '/recipient_addresses', { recipient_address: { email: 'sales@shop.example', name: 'Sales' } })
  const addresses = (await api(acme, 'GET', '/recipient_addresses')).recipient_addresses
  const mailed = addresses.find((a) => !a.default).id
  const schedule = (await api(acme, 'POST', '/business_hours/schedules', { schedule: { name: 'Office' } })).schedule.id
  const policy = (await api(acme, 'POST', '/slas/policies', { sla_policy: { title: 'Gold', filter: { all: [{ field: 'current_tags', operator: 'includes', value: 'gold' }] },
    policy_metrics: [{ priority: 'high', metric: 'first_reply_time', target: 30, business_hours: true }] } })).sla_policy.id
  const field = (await api(acme, 'POST', '/user_fields', { user_field: { type: 'dropdown', key: 'plan', title: 'Plan', custom_field_options: [{ name: 'Gold', value: 'gold' }] } })).user_field.id
  const automation = (await api(acme, 'GET', '/automations')).automations[0].id
  const hook = (await api(acme, 'POST', '/webhooks', { webhook: { name: 'Chat', endpoint: 'https://127.0.0.1/hook', http_method: 'POST', request_format: 'json', status: 'active',
    subscriptions: ['zen:event-type:ticket.subject_changed'] } })).webhook.id
  await api(acme, 'PUT', `/tickets/${w.local.id}`, { ticket: { subject: 'For the webhook' } })
  let messages = []
  while (!messages.length) messages = (await api(acme, 'GET', `/webhooks/${hook}/invocations`)).invocations
  const [serial, problem] = ['Serial number', 'Problem type'].map((title) => w.fields.find((f) => f.title === title).id)
  await api(acme, 'PUT', `/ticket_forms/${w.forms[0].id}`, { ticket_form: { agent_conditions: [{ parent_field_id: problem, value: 'lens',
    child_fields: [{ id: serial, is_required: true }] }] } })
  const own = { webhooks: hook, schedules: schedule, automations: automation, slas: policy, triggers: w.triggers[0].id, macros: w.macros[0].id, views: w.views[0].id, users: w.users[0].id, groups: w.groups[0].id,
    organizations: w.organization.id, fields: w.ours.id, forms: w.forms[0].id, 'trigger-categories': category, tokens: token, sharing: w.outbound.id }
  const paths = known(['/admin', '/admin/account', '/admin/audit', '/admin/satisfaction', '/admin/trigger-recipes/ask_satisfied', ...Object.entries(own).flatMap(([place, id]) => [`/admin/${place}`, `/admin/${place}/new`, `/admin/${place}/${id}`,
    `/admin/${place}/${id}/delete`, `/admin/${place}/${id}/revisions`, `/admin/${place}/${id}/map`]), `/admin/triggers/${w.off.id}/on`, `/admin/automations/${automation}/on`, `/admin/automations/${automation}/runs`, '/admin/mail/addresses', '/admin/mail/addresses/new',
    `/admin/mail/addresses/${mailed}`, `/admin/mail/addresses/${mailed}/delete`, '/admin/mail/senders', `/admin/webhooks/${hook}/log`, `/admin/webhooks/${hook}/log/${messages[0].id}`, '/admin/mail/sending', '/admin/trigger-recipes', '/admin/trigger-recipes/hand_over', '/admin/trigger-recipes/take_back', '/admin/sharing/tracker',
    '/admin/person-fields', '/admin/person-fields/organization/new', `/admin/person-fields/user/${field}`, `/admin/person-fields/user/${field}/delete`, `/admin/sharing/new?to=kongen`,
    ...w.agreements.map((a) => `/admin/sharing/${a.id}`), `/admin/users/${w.customer.id}`, `/admin/forms/${w.forms[0].id}/conditions`])
  assert.deepEqual(unseen('/admin', paths), [], 'every page is walked')
  await walk(ada, paths)
})
