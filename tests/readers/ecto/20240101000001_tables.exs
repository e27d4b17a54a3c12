defmodule MyApp.Repo.Migrations.Tables do
  use Ecto.Migration

  def change do
    execute "CREATE EXTENSION IF NOT EXISTS citext", "DROP EXTENSION citext"

    create table(:users) do
      add :email, :citext, null: false
      add :name, :string, size: 80, default: "it's"
      add :tags, {:array, :string}, default: []
      add :limits, {:array, :integer}, default: [1, 2]
      add :settings, :map, default: %{b: [1], a: nil}, null: false
      add :balance, :decimal, precision: 12, scale: 2, default: 0
      add :seen_at, :utc_datetime_usec
      add :opens_at, :time
      add :active, :boolean, default: true, null: false
      add :token, :binary
      add :search, :tsvector, generated: "ALWAYS AS (to_tsvector('english', name)) STORED"
      timestamps(type: :utc_datetime)
    end

    create table("orders", primary_key: false, comment: "What was bought") do
      add :id, :binary_id, primary_key: true, default: fragment("gen_random_uuid()")
      add :user_id, references(:users, on_delete: :delete_all, on_update: :update_all), null: false
      add :parent_id, references("orders", type: :binary_id, on_delete: :nilify_all, validate: false)
      add :shop_id, references(:shops, prefix: "other", column: :key, type: :uuid, name: :of_shop, with: [user_id: :owner])
      add :state, :"varchar(20)", comment: "new, open, done"
      add :number, :identity, start_value: 100
      timestamps(inserted_at: :created_at, updated_at: false, default: fragment("now()"))
    end

    create_if_not_exists table(:seen, primary_key: [name: :key, type: :uuid], prefix: "logs", options: "WITH (fillfactor = 70)") do
      add :of, references(:users, prefix: nil)
      add :lasted, :duration
    end

    create table(:counters)

    create index(:orders, [:user_id])
    create unique_index("users", ["lower(email)", :name], where: "active", name: "one_name")
    create index(:orders, [:state, desc: :created_at], include: [:number], using: :btree, comment: "by state")
    create unique_index(:orders, :number, nulls_distinct: false, prefix: :public)
    create_if_not_exists index(:users, [:tags], using: "gin", options: "fastupdate = off")
    create constraint(:users, :balance_is_positive, check: "balance >= 0")
    create constraint("orders", "no_overlap", exclude: ~s|gist (user_id WITH =)|, comment: "once")
  end
end
